/*
 * Two layers, each a matrix product and a sum, and the gradients that backpropagation must give for them, written out by
 * hand. Shows `grad()` of an intermediate result, `.grad` of leaves, and that both are what the calculus says.
 *
 *     ts-node -T examples/matmul-add.ts
 */

import * as rg from 'retrograd';
import { readFlags, whole } from './support/flags.ts';

const { rows, seed } = readFlags('checks the gradients of two layers by hand', {
  rows: whole(5, 'of the input'),
  seed: whole(0, 'of all numbers', 0),
});

rg.manualSeed(seed);
const x = rg.randn([rows, 3]);
const y = rg.randn([rows]);
const w1 = rg.randn([3, 4], { requiresGrad: true });
const b1 = rg.randn([4], { requiresGrad: true });
const w2 = rg.randn([4, 1], { requiresGrad: true });
const b2 = rg.randn([1], { requiresGrad: true });

const y1 = x.matmul(w1).add(b1);
const y2 = y1.matmul(w2).add(b2);
const l = y.sub(y2.squeeze()).square().sum();

// Gradients of what lies between: the tape is kept, because it is read three times.
const gy2 = rg.grad(l, y2, { retainGraph: true });
const gy1 = rg.grad(l, y1, { retainGraph: true });
// Gradients of the leaves.
l.backward();

check('∂l/∂y2 = 2 (y2 − y)', gy2, y2.sub(y.unsqueeze(1)).mul(2));
check('∂l/∂y1 = ∂l/∂y2 @ w2ᵀ', gy1, gy2.matmul(w2.t()));
check('∂l/∂w2 = y1ᵀ @ ∂l/∂y2', w2.grad, y1.t().matmul(gy2));
check('∂l/∂b2 = column sums of ∂l/∂y2', b2.grad, gy2.sum(0));
check('∂l/∂w1 = xᵀ @ ∂l/∂y1', w1.grad, x.t().matmul(gy1));
check('∂l/∂b1 = column sums of ∂l/∂y1', b1.grad, gy1.sum(0));

function check(identity: string, found: rg.Tensor | null, expected: rg.Tensor): void {
  const holds = found !== null && rg.allclose(found, expected, { rtol: 1e-4, atol: 1e-5 });
  console.log(`${holds ? '✓' : '✗'} ${identity}\n${String(found)}\n`);
  if (!holds) process.exitCode = 1;
}
