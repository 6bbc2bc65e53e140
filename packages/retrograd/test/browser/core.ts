/** A program that needs no more than tensors: scripts/browser-check.mjs looks at what its bundle contains. */
import { tensor } from 'retrograd';

const x = tensor([1, 2, 3], { requiresGrad: true });
x.mul(x).sum().backward();
Object.assign(globalThis, { outcome: x.grad?.toArray() });
