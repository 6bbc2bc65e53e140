/* The two halves of the backward pass do not do each other's work: measured in multiplications of matrix products. */
import { Generator, randn, type Tensor } from '@retrograd/core';
import { installKernels, kernels, type Kernels } from '@retrograd/kernels';
import { Conv2d, Linear, Module, Sequential, Tanh } from '../../src/index.ts';
import { ConcatTable, CAddTable, layer, Sequential as Chain } from '../../src/layerwise/index.ts';

const generator = new Generator(11);
const normal = (...shape: number[]): Tensor => randn(shape, { generator });

/** The multiplications in matrix products while `fn` runs. */
function multiplications(fn: () => unknown): number {
  let count = 0;
  const { gemm } = kernels;
  const counted: Kernels['gemm'] = (m, n, k, ...rest) => {
    count += m * n * k;
    gemm(m, n, k, ...rest);
  };
  const restore = installKernels({ gemm: counted });
  try {
    fn();
  } finally {
    restore();
  }
  return count;
}

const batch = 3;

test('one Linear: each half is one product', () => {
  const model = layer(new Linear(7, 11));
  const [x, g] = [normal(batch, 7), normal(batch, 11)];
  const product = batch * 7 * 11;
  expect(multiplications(() => model.forward(x))).toBe(product);
  expect(multiplications(() => model.updateGradInput(x, g))).toBe(product);
  expect(model.module.weight.grad).toBeNull();
  expect(multiplications(() => model.accGradParameters(x, g))).toBe(product);
});

test('accGradParameters alone does without the gradient of the input', () => {
  const model = layer(new Linear(7, 11));
  const [x, g] = [normal(batch, 7), normal(batch, 11)];
  model.forward(x);
  expect(multiplications(() => model.accGradParameters(x, g))).toBe(batch * 7 * 11);
  expect(model.gradInput).toBeNull();
});

test('a deep stage: after updateGradInput, accGradParameters walks none of it again', () => {
  const sizes = [7, 11, 5, 6];
  const layers = sizes.slice(1).flatMap((size, i) => [new Linear(sizes[i], size), new Tanh()]);
  const model = layer(new Sequential(...layers));
  const [x, g] = [normal(batch, 7), normal(batch, 6)];
  const products = batch * (7 * 11 + 11 * 5 + 5 * 6);
  expect(multiplications(() => model.forward(x))).toBe(products);
  expect(multiplications(() => model.updateGradInput(x, g))).toBe(products);
  expect(multiplications(() => model.accGradParameters(x, g))).toBe(products);
  // Without updateGradInput it has to find the gradients between the layers, but for the input's.
  model.forward(x);
  expect(multiplications(() => model.accGradParameters(x, g))).toBe(2 * products - batch * 7 * 11);
  // For another gradOutput nothing is known.
  model.updateGradInput(x, g);
  expect(multiplications(() => model.accGradParameters(x, g.clone()))).toBe(2 * products - batch * 7 * 11);
});

test('branches, and parameters that are used twice, are not walked again either', () => {
  const [shared, own] = [new Linear(4, 4), new Linear(4, 4)];
  const branches = new ConcatTable(new Chain(shared, new Tanh(), own), new Tanh());
  const model = layer(new Chain(shared, branches, new CAddTable()));
  const [x, g] = [normal(batch, 4), normal(batch, 4)];
  model.forward(x);
  const products = 3 * batch * 16;
  expect(multiplications(() => model.updateGradInput(x, g))).toBe(products);
  expect(multiplications(() => model.accGradParameters(x, g))).toBe(products);
});

test('a convolution: the input gradient is one half, the weight gradient the other', () => {
  const model = layer(new Conv2d(2, 3, 3, { padding: 1 }));
  const [x, g] = [normal(2, 2, 5, 5), normal(2, 3, 5, 5)];
  const called: string[] = [];
  const { conv2d, conv2dInputGrad, conv2dWeightGrad } = kernels;
  const restore = installKernels({
    conv2d: (...args) => (called.push('forward'), conv2d(...args)),
    conv2dInputGrad: (...args) => (called.push('input'), conv2dInputGrad(...args)),
    conv2dWeightGrad: (...args) => (called.push('weight'), conv2dWeightGrad(...args)),
  });
  try {
    model.forward(x);
    model.updateGradInput(x, g);
    expect(called.splice(0)).toEqual(['forward', 'input']);
    model.accGradParameters(x, g);
    expect(called.splice(0)).toEqual(['weight']);
  } finally {
    restore();
  }
});

test('a whole backward costs what the tape alone costs, parameters without an input gradient included', () => {
  class Scaled extends Module {
    readonly linear = new Linear(5, 5);
    readonly mask = normal(5, 5);

    forward(x: Tensor): Tensor {
      // The weight passes ops of its own, and is used once more beside its module.
      const weight = this.linear.weight.matmul(this.mask);
      return this.linear.forward(x).matmul(weight).tanh();
    }
  }
  const module = new Scaled();
  const model = layer(module);
  const [x, g] = [normal(batch, 5), normal(batch, 5)];
  const leaf = x.clone().requiresGrad_();
  const y = module.forward(leaf);
  const whole = multiplications(() => y.backward(g));
  const expected = module.parameters().map((p) => p.grad?.toArray());
  module.zeroGrad();
  model.forward(x);
  expect(multiplications(() => model.backward(x, g))).toBe(whole);
  expect(model.gradInput?.toArray()).toEqual(leaf.grad?.toArray());
  expect(module.parameters().map((p) => p.grad?.toArray())).toEqual(expected);
});
