/*
 * Fits a plane to noisy points by gradient descent on tensors alone, without modules or optimisers, and compares it with
 * the plane the points were drawn from. Shows `requiresGrad`, `backward()`, `.grad` and in-place updates under `noGrad`.
 *
 *     ts-node -T examples/linear-regression.ts --steps 200
 */

import * as rg from 'retrograd';
import { positive, readFlags, whole } from './support/flags.ts';

const { steps, lr, seed } = readFlags('fits a plane to noisy points', {
  steps: whole(100, 'of gradient descent'),
  lr: positive(0.1, 'learning rate'),
  seed: whole(0, 'of the points', 0),
});

rg.manualSeed(seed);
const slope = rg.tensor([2, -3.4]);
const height = 4.2;
const x = rg.randn([1000, 2]);
const y = x
  .matmul(slope)
  .add(height)
  .add(rg.randn([1000]).mul(0.1));

const w = rg.zeros([2], { requiresGrad: true });
const b = rg.zeros([], { requiresGrad: true });

for (let step = 1; step <= steps; step++) {
  const loss = x.matmul(w).add(b).sub(y).square().mean();
  loss.backward();

  rg.noGrad(() => {
    for (const parameter of [w, b]) {
      parameter.sub_(parameter.grad!.mul(lr));
      parameter.grad = null;
    }
  });
  if (step % 10 === 0 || step === steps) console.log(`step ${step}  loss ${loss.item().toFixed(5)}`);
}

console.log('slope ', w.detach(), 'of', slope);
console.log('height', b.detach(), 'of', height);
