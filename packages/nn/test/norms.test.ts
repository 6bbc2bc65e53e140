import { manualSeed, ones, randn, tensor, zeros, type Tensor } from '@retrograd/core';
import * as nn from '../src/index.ts';
import { elements } from './build.ts';

const values = (x: Tensor | null): number[] => (x === null ? [] : elements(x));

describe('A batch norm', () => {
  it('counts the batches it was trained with, and no others', () => {
    const norm = new nn.BatchNorm1d(2);
    for (let i = 0; i < 3; i++) norm.forward(randn([4, 2]));
    norm.eval().forward(randn([4, 2]));
    expect([norm.numBatchesTracked?.item(), norm.numBatchesTracked?.dtype]).toEqual([3, 'int32']);
    expect(norm.numBatchesTracked?.shape).toEqual([]);
  });

  it('without momentum keeps the average over all batches', () => {
    const norm = new nn.BatchNorm1d(1, { momentum: null });
    for (const [a, b] of [[1, 3], [5, 7], [0, 8]]) norm.forward(tensor([[a], [b]])); // prettier-ignore
    // Means 2, 6 and 4; unbiased variances 2, 2 and 32.
    expect(values(norm.runningMean)[0]).toBeCloseTo(4, 5);
    expect(values(norm.runningVar)[0]).toBeCloseTo(12, 5);
  });

  it('restores running statistics from a state dict', () => {
    manualSeed(1);
    const [source, target] = [new nn.BatchNorm2d(3), new nn.BatchNorm2d(3)];
    source.forward(randn([2, 3, 4, 4]));
    target.loadStateDict(source.stateDict());
    const x = randn([2, 3, 4, 4]);
    expect(elements(target.eval().forward(x))).toEqual(elements(source.eval().forward(x)));
    expect(target.numBatchesTracked?.item()).toBe(1);
  });

  it('changes nothing when it refuses a batch', () => {
    const norm = new nn.BatchNorm1d(3);
    expect(() => norm.forward(randn([1, 3]))).toThrow('Expected more than 1 value per channel when training');
    expect(norm.numBatchesTracked?.item()).toBe(0);
    expect(values(norm.runningMean)).toEqual([0, 0, 0]);
    expect(norm.eval().forward(ones([1, 3])).shape).toEqual([1, 3]);
  });

  it('is converted with its statistics, but for the count', () => {
    const norm = new nn.BatchNorm1d(2).double();
    expect(norm.buffers().map(({ dtype }) => dtype)).toEqual(['float64', 'float64', 'int32']);
    norm.forward(randn([4, 2], { dtype: 'float64' }));
    expect(norm.numBatchesTracked?.item()).toBe(1);
  });

  it('starts anew when its parameters are reset', () => {
    const norm = new nn.BatchNorm1d(2);
    norm.forward(randn([4, 2]));
    for (const p of norm.parameters()) nn.init.constant_(p, 5);
    norm.resetParameters();
    expect(Object.values(norm.stateDict()).map(elements)).toEqual([[1, 1], [0, 0], [0, 0], [1, 1], [0]]); // prettier-ignore
  });

  it('does not record its statistics', () => {
    const norm = new nn.BatchNorm1d(2);
    norm.forward(randn([4, 2]).requiresGrad_());
    expect(norm.buffers().map(({ requiresGrad }) => requiresGrad)).toEqual([false, false, false]);
  });
});

describe('An instance norm', () => {
  it('uses running statistics in evaluation mode only if it keeps them', () => {
    const x = tensor([[[1, 3]]]);
    const own = new nn.InstanceNorm1d(1).eval().forward(x);
    const kept = new nn.InstanceNorm1d(1, { trackRunningStats: true }).eval().forward(x);
    expect(elements(own)[0]).toBeCloseTo(-1, 4);
    expect(elements(kept)[0]).toBeCloseTo(1, 4);
  });
});

describe('An RMS norm', () => {
  it('adds the machine epsilon of its input unless told otherwise', () => {
    const x = zeros([2]).fill_(1e-4);
    const plain = elements(new nn.RMSNorm(2).forward(x))[0];
    const exact = elements(new nn.RMSNorm(2, { eps: 0 }).forward(x))[0];
    expect(plain).toBeCloseTo(1e-4 / Math.sqrt(1e-8 + 2 ** -23), 5);
    expect(exact).toBeCloseTo(1, 5);
  });
});

describe('A normalising layer', () => {
  it.each([
    ['a batch norm of -1 channels', () => new nn.BatchNorm2d(-1), 'BatchNorm2d: numFeatures must be'],
    [
      'a batch norm with an eps of NaN',
      () => new nn.BatchNorm2d(2, { eps: NaN }),
      'BatchNorm2d: eps must be a number',
    ],
    [
      'a batch norm with a momentum that is no number',
      () => new nn.BatchNorm2d(2, { momentum: '0.1' as never }),
      'BatchNorm2d: momentum must be a number',
    ],
    [
      'a batch norm with a flag that is none',
      () => new nn.BatchNorm2d(2, { affine: 1 as never }),
      'BatchNorm2d: affine must be a boolean',
    ],
    [
      'images in a BatchNorm1d',
      () => new nn.BatchNorm1d(2).forward(zeros([2, 2, 2, 2])),
      'BatchNorm1d: expected 2D or 3D input (got 4D input)',
    ],
    [
      'sequences in a BatchNorm2d',
      () => new nn.BatchNorm2d(2).forward(zeros([2, 2, 2])),
      'BatchNorm2d: expected 4D input (got 3D input)',
    ],
    [
      'images in a BatchNorm3d',
      () => new nn.BatchNorm3d(2).forward(zeros([2, 2, 2, 2])),
      'BatchNorm3d: expected 5D input (got 4D input)',
    ],
    [
      'another number of channels',
      () => new nn.BatchNorm1d(3, { affine: false, trackRunningStats: false }).forward(zeros([4, 2])),
      'BatchNorm1d: expected 3 channels in dim 1, got an input of shape [4, 2]',
    ],
    [
      'images in an InstanceNorm1d',
      () => new nn.InstanceNorm1d(2).forward(zeros([2, 2, 2, 2])),
      'InstanceNorm1d: expected 2D or 3D input (got 4D input)',
    ],
    [
      'one value per channel',
      () => new nn.InstanceNorm2d(2).forward(zeros([3, 2, 1, 1])),
      'Expected more than 1 spatial element when training',
    ],
    [
      'groups that do not divide the channels',
      () => new nn.GroupNorm(2, 3),
      'GroupNorm: num_channels must be divisible by num_groups: 3 by 2',
    ],
    ['no groups', () => new nn.GroupNorm(0, 3), 'GroupNorm: numGroups must be a positive integer, got 0'],
    [
      'a local response norm over 0 channels',
      () => new nn.LocalResponseNorm(0),
      'LocalResponseNorm: size must be',
    ],
    [
      'a local response norm to a power that is no number',
      () => new nn.LocalResponseNorm(2, { beta: NaN }),
      'LocalResponseNorm: beta must be a number',
    ],
    ['an RMS norm of no dims', () => new nn.RMSNorm([]), 'RMSNorm: normalizedShape must have at least 1 dim'],
    [
      'an RMS norm with an eps that is no number',
      () => new nn.RMSNorm(2, { eps: 'a' as never }),
      'RMSNorm: eps must be a number',
    ],
  ])('refuses %s', (_, act: () => unknown, message) => {
    expect(act).toThrow(message);
  });
});
