/* What layers over spatial dims do that a comparison of outputs with PyTorch's does not show. */
import { arange, manualSeed, ones, tensor, zeros, type Tensor } from '@retrograd/core';
import * as nn from '../src/index.ts';
import { elements } from './build.ts';

describe('A transposed convolution', () => {
  it('undoes the shape of a strided convolution that outputSize names', () => {
    const conv = new nn.Conv2d(2, 3, 3, { stride: 2, padding: 1 });
    const back = new nn.ConvTranspose2d(3, 2, 3, { stride: 2, padding: 1 });
    for (const size of [[7, 9], [8, 10]]) {
      const x = ones([1, 2, ...size]);
      const y = conv.forward(x);
      expect(y.shape).toEqual([1, 3, 4, 5]);
      for (const named of [size, x.shape]) expect(back.forward(y, named).shape).toEqual(x.shape);
      expect(back.forward(y.select(0, 0), x.shape.slice(1)).shape).toEqual([2, ...size]);
    }
  }); // prettier-ignore

  it('computes with outputSize what it computes with the outputPadding it stands for', () => {
    manualSeed(4);
    const [named, padded] = [0, 1].map(
      (outputPadding) => new nn.ConvTranspose1d(2, 1, 3, { stride: 2, outputPadding }),
    );
    padded.loadStateDict(named.stateDict());
    const x = zeros([1, 2, 4]).uniform_(-1, 1);
    expect(elements(named.forward(x, [10]))).toEqual(elements(padded.forward(x)));
  });

  it('refuses sizes that no output has', () => {
    const layer = new nn.ConvTranspose2d(1, 1, 3, { stride: 2 });
    const x = ones([1, 1, 2, 2]);
    expect(() => layer.forward(x, [4, 5])).toThrow(
      'requested an output size of [4, 5], but valid sizes range from [5, 5] to [6, 6] (for an input of [2, 2])',
    );
    expect(() => layer.forward(x, [7, 5])).toThrow('requested an output size of [7, 5]');
    expect(() => layer.forward(x, [5])).toThrow(
      'for 4D input, output_size must have 2 or 4 elements (got 1)',
    );
  });
});

describe('Pooling', () => {
  const x = tensor([[[1, 2, 5, 3], [4, 0, 6, 7], [8, 1, 2, 9]]]); // prettier-ignore

  it('says where maxima are if asked, and unpooling puts them back', () => {
    const { values, indices } = new nn.MaxPool2d(2, { returnIndices: true, ceilMode: true }).forward(x);
    expect(values.toArray()).toEqual([[[4, 7], [8, 9]]]); // prettier-ignore
    expect(indices.toArray()).toEqual([[[4, 7], [8, 11]]]); // prettier-ignore
    const back = new nn.MaxUnpool2d(2).forward(values, indices, x.shape.slice(1));
    expect(back.toArray()).toEqual([[[0, 0, 0, 0], [4, 0, 0, 7], [8, 0, 0, 9]]]); // prettier-ignore
  });

  it('has results whose types follow returnIndices', () => {
    const plain: Tensor = new nn.MaxPool1d(2).forward(ones([1, 4]));
    const { values, indices }: nn.MaxPoolResult = new nn.AdaptiveMaxPool1d(2, {
      returnIndices: true,
    }).forward(tensor([[1, 3, 2, 0]]));
    expect([plain.shape, elements(values), elements(indices)]).toEqual([[1, 2], [3, 2], [1, 2]]); // prettier-ignore
    const volume = new nn.AdaptiveMaxPool3d(1, { returnIndices: true }).forward(
      arange(8).to('float32').reshape([1, 2, 2, 2]),
    );
    expect(elements(volume.indices)).toEqual([7]);
    // @ts-expect-error: maxima with their places are no tensor, which is what a Sequential passes on
    expect(() => new nn.Sequential(new nn.MaxPool1d(2, { returnIndices: true }))).not.toThrow();
  });

  it('keeps the extent of a dim whose size is null', () => {
    expect(new nn.AdaptiveAvgPool2d([null, 2]).forward(x).shape).toEqual([1, 3, 2]);
  });
});

describe('Other layers', () => {
  it('deal channels out among groups', () => {
    const x = arange(12).reshape([1, 6, 2]);
    // Groups (0 1 2) and (3 4 5), dealt out in turn.
    expect(new nn.ChannelShuffle(2).forward(x).select(2, 0).toArray()).toEqual([[0, 6, 2, 8, 4, 10]]);
    expect(String(new nn.ChannelShuffle(2))).toBe('ChannelShuffle(groups=2)');
    const y = x.to('float64').requiresGrad_();
    new nn.ChannelShuffle(3)
      .forward(y)
      .mul(arange(12).reshape([1, 6, 2]))
      .sum()
      .backward();
    expect(y.grad?.select(2, 0).toArray()).toEqual([[0, 6, 2, 8, 4, 10]]);
    expect(() => new nn.ChannelShuffle(4).forward(x)).toThrow(
      'number of channels must be divisible by groups: 6 by 4',
    );
    expect(() => new nn.ChannelShuffle(1).forward(ones([2, 2]))).toThrow('expects input with > 2 dims');
  });

  it('take channels for vectors, in Softmax2d', () => {
    const y = new nn.Softmax2d().forward(ones([2, 4, 3, 3]));
    expect(y.select(1, 0).toArray()).toEqual(zeros([2, 3, 3]).fill_(0.25).toArray());
    expect(() => new nn.Softmax2d().forward(ones([3, 3]))).toThrow(
      'requires a 3D or 4D tensor as input, got [3, 3]',
    );
  });

  it('drop whole channels or none of them', () => {
    manualSeed(2);
    for (const [layer, shape] of [
      [new nn.Dropout1d(0.5), [4, 8, 5]],
      [new nn.Dropout2d(0.5), [4, 8, 2, 3]],
      [new nn.Dropout3d(0.5), [4, 8, 2, 2, 2]],
      [new nn.FeatureAlphaDropout(0.5), [4, 8, 3]],
    ] as const) {
      const channels = layer.forward(ones(shape)).flatten(2).flatten(0, 1).toArray() as number[][];
      const kinds = channels.map((channel) => new Set(channel));
      expect(kinds.every((values) => values.size === 1)).toBe(true);
      expect(new Set(channels.flat()).size).toBe(2);
    }
  });

  it('draw one slope per negative element, in RReLU, and have their mean when evaluating', () => {
    const layer = new nn.RReLU(0.25, 0.5);
    const x = tensor([-1, 2, -4, 0]);
    manualSeed(6);
    const [a, b, c, d] = elements(layer.forward(x));
    expect([b, d]).toEqual([2, 0]);
    expect(-a).toBeGreaterThanOrEqual(0.25);
    expect(-c / 4).toBeLessThan(0.5);
    expect(-a).not.toBe(-c / 4);
    expect(elements(layer.eval().forward(x))).toEqual([-0.375, 2, -1.5, 0]);
  });

  it('measure with a function or a module of one’s own, in a triplet loss', () => {
    const [anchor, positive, negative] = [tensor([[0, 0]]), tensor([[1, 2]]), tensor([[3, 1]])]; // prettier-ignore
    const manhattan = (a: Tensor, b: Tensor): Tensor => a.sub(b).abs().sum(1);
    const byFunction = new nn.TripletMarginWithDistanceLoss({ distanceFunction: manhattan, margin: 2 });
    expect(byFunction.forward(anchor, positive, negative).item()).toBe(1);
    class Learnt extends nn.Module {
      scale = new nn.Parameter(tensor(3));
      forward(a: Tensor, b: Tensor): Tensor {
        return manhattan(a, b).mul(this.scale);
      }
    }
    const byModule = new nn.TripletMarginWithDistanceLoss({ distanceFunction: new Learnt(), margin: 5 });
    expect(byModule.forward(anchor, positive, negative).item()).toBe(2);
    expect(Object.keys(byModule.stateDict())).toEqual(['distance_function.scale']);
  });
});

describe('Parameters in containers', () => {
  it('are found, listed in order and printed', () => {
    class Model extends nn.Module {
      list = new nn.ParameterList([zeros([2, 3]), new nn.Parameter(ones([]))]);
      dict = new nn.ParameterDict({ left: zeros([4], { dtype: 'float64' }) });
      forward(): Tensor {
        return this.list[0];
      }
    }
    const model = new Model();
    expect(Object.keys(model.stateDict())).toEqual(['list.0', 'list.1', 'dict.left']);
    expect(model.list.append(ones([1])).extend([ones([2])]).length).toBe(4);
    expect(model.list.get(-1).shape).toEqual([2]);
    expect([...model.list].map(({ shape }) => shape)).toEqual([[2, 3], [], [1], [2]]);
    expect(model.dict.set('right', ones([1])).size).toBe(2);
    expect([model.dict.has('right'), model.dict.has('up'), model.dict.get('right').item()]).toEqual([true, false, 1]);
    expect(model.dict.entries().map(([name]) => name)).toEqual(['left', 'right']);
    expect(String(new nn.ParameterList([zeros([2, 3]), ones([])]))).toBe(
      'ParameterList(\n    (0): Parameter containing: [float32 of size 2x3]\n    (1): Parameter containing: [float32 of size ]\n)',
    );
    expect(String(new nn.ParameterDict({ a: zeros([2, 3], { dtype: 'float64' }) }))).toBe(
      'ParameterDict(  (a): Parameter containing: [float64 of size 2x3])',
    );
  }); // prettier-ignore

  it('that hold one parameter twice have it twice, and count it once', () => {
    const p = new nn.Parameter(ones([2]));
    const list = new nn.ParameterList([p, p]);
    expect([list.length, list.parameters().length, Object.keys(list.stateDict())]).toEqual([
      2,
      1,
      ['0', '1'],
    ]);
  });

  it('refuse what is no tensor, and what is not there', () => {
    expect(() => new nn.ParameterList([3 as never])).toThrow(
      'ParameterList: expected a Parameter or a Tensor, got number',
    );
    expect(() => new nn.ParameterDict({ a: null as never })).toThrow(
      'ParameterDict: expected a Parameter or a Tensor, got null',
    );
    expect(() => new nn.ParameterList().get(0)).toThrow('ParameterList: index 0 is out of range');
    expect(() => new nn.ParameterDict().get('a')).toThrow("ParameterDict: there is no parameter 'a'");
    expect(() => new nn.ParameterList().forward()).toThrow('missing the required "forward" function');
    expect(() => new nn.ParameterDict().forward()).toThrow('missing the required "forward" function');
  });
});
