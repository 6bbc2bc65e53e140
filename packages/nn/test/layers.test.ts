import { manualSeed, noGrad, tensor, zeros, type Tensor } from '@retrograd/core';
import * as nn from '../src/index.ts';
import { elements } from './build.ts';
import { buffersOf, goldenCases, replay, tensorsIn, texts, titleOf } from './goldenModules.ts';

const float64 = { dtype: 'float64' } as const;

function expectClose(actual: Tensor | null, wanted: number[], what: string, rtol = 1e-9): void {
  const values = actual === null ? [] : elements(actual);
  expect([what, values.length]).toEqual([what, wanted.length]);
  values.forEach((value, i) => {
    const [distance, limit] = [Math.abs(value - wanted[i]), rtol * Math.abs(wanted[i]) + 1e-13];
    if (!(distance <= limit)) throw new Error(`${what}[${i}] is ${value}, PyTorch has ${wanted[i]}`);
  });
}

const cases = goldenCases.map((c) => [titleOf(c), c] as const);

describe('Like PyTorch’s', () => {
  it.each(cases)('%s prints, saves and computes in both directions', (_, c) => {
    const { module, inputs } = replay(c);
    expect(String(module)).toBe(c.repr);
    expect(Object.keys(module.stateDict())).toEqual(c.keys);
    const outputs = tensorsIn(module.forward(...inputs));
    const wanted = c.outputs ?? [{ shape: c.shape, values: c.output }];
    expect(outputs.map(({ shape }) => shape)).toEqual(wanted.map(({ shape }) => shape));
    outputs.forEach((output, i) => expectClose(output, wanted[i].values, `output ${i}`));
    const cotangents = outputs.map(({ shape }) => zeros(shape, float64).uniform_(-1, 1));
    outputs.map((output, i) => output.mul(cotangents[i]).sum()).reduce((a, b) => a.add(b)).backward(); // prettier-ignore
    const differentiable = tensorsIn(inputs).filter((x) => x.requiresGrad);
    // PyTorch's hardsigmoid has a sixth in single precision in its backward pass.
    const rtol = c.name === 'Hardsigmoid' ? 1e-7 : 1e-9;
    differentiable.forEach((x, i) => expectClose(x.grad, c.inputGrads[i], `gradient of input ${i}`, rtol));
    for (const [key, p] of module.namedParameters()) expectClose(p.grad, c.grads[key], `gradient of ${key}`);
    expect(module.namedParameters().map(([key]) => key)).toEqual(Object.keys(c.grads));
    for (const [key, values] of Object.entries(c.buffers ?? {}))
      expectClose(tensor(buffersOf(module)[key], float64), values, `buffer ${key}`);
  });

  it('a nested model prints', () => {
    const model = new nn.Sequential(
      new nn.Conv2d(1, 16, 3, { padding: 1 }),
      new nn.ReLU(),
      new nn.Sequential(new nn.Flatten(), new nn.Dropout(0.25), new nn.Linear(64, 10)),
    );
    model.addModule(
      '3',
      new nn.ModuleList([
        new nn.Identity(),
        new nn.ModuleDict({ norm: new nn.LayerNorm(3), out: new nn.Sequential() }),
      ]),
    );
    expect(String(model)).toBe(texts.nested);
  });

  it('a parameter prints', () => {
    expect(String(new nn.Parameter(tensor([1, 1])))).toBe(
      texts.parameter.replace('requires_grad=True', 'requiresGrad=true'),
    );
  });
});

describe('A layer', () => {
  it('counts its arguments as PyTorch does, alone or among the options', () => {
    const conv = new nn.Conv2d(1, 2, 3, 2, { padding: 1 });
    expect([conv.stride, conv.padding]).toEqual([[2, 2], [1, 1]]); // prettier-ignore
    expect(new nn.MaxPool2d(3, 2, { padding: 1 })).toMatchObject({ stride: 2, padding: 1 });
    expect(new nn.MaxPool2d(3, { padding: 1 })).toMatchObject({ stride: 3, padding: 1 });
    expect(new nn.AvgPool2d([2, 1], [1, 2])).toMatchObject({ stride: [1, 2] });
    expect(new nn.Dropout({ p: 0.3 }).p).toBe(0.3);
  });

  it('warns, once, of a target that is broadcast against the predictions', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    try {
      for (const loss of [new nn.MSELoss(), new nn.L1Loss(), new nn.SmoothL1Loss(), new nn.HuberLoss()]) {
        loss.forward(zeros([3]), zeros([3]));
        expect(warn).not.toHaveBeenCalled();
        for (let i = 0; i < 2; i++) loss.forward(zeros([3, 1]), zeros([3]));
        expect(warn.mock.calls).toEqual([
          [expect.stringContaining('Using a target size ([3]) that is different to the input size ([3, 1])')],
        ]);
        warn.mockClear();
      }
    } finally {
      warn.mockRestore();
    }
  });

  it('drops and scales elements in training mode only', () => {
    const dropout = new nn.Dropout(0.25);
    const x = zeros([1000]).fill_(3);
    manualSeed(1);
    const kept = elements(dropout.forward(x)).filter((v) => v !== 0);
    expect(new Set(kept)).toEqual(new Set([4]));
    expect(kept.length).toBeGreaterThan(700);
    expect(kept.length).toBeLessThan(800);
    dropout.eval();
    expect(elements(dropout.forward(x))).toEqual(elements(x));
  });

  it('looks up the rows of a given matrix without copying it', () => {
    const rows = tensor([[1, 2], [3, 4], [5, 6]]); // prettier-ignore
    const layer = nn.Embedding.fromPretrained(rows, { paddingIdx: -1 });
    expect(layer.forward(tensor([2, 0], { dtype: 'int32' })).toArray()).toEqual([[5, 6], [1, 2]]); // prettier-ignore
    expect(String(layer)).toBe('Embedding(3, 2, padding_idx=2)');
    expect(layer.weight.requiresGrad).toBe(false);
    expect(layer.weight.data).toBe(rows.data);
    expect(nn.Embedding.fromPretrained(rows, { freeze: false }).weight.requiresGrad).toBe(true);
  });

  it('makes bags of the rows of a given matrix without copying it', () => {
    const rows = tensor([[1, 2], [3, 4], [5, 6]]); // prettier-ignore
    const layer = nn.EmbeddingBag.fromPretrained(rows, {
      mode: 'sum',
      includeLastOffset: true,
      paddingIdx: -1,
    });
    const input = tensor([0, 1, 2, 0], { dtype: 'int32' });
    const offsets = tensor([0, 2, 4], { dtype: 'int32' });
    expect(layer.forward(input, { offsets }).toArray()).toEqual([[4, 6], [1, 2]]); // prettier-ignore
    expect(String(layer)).toBe('EmbeddingBag(3, 2, mode=sum, padding_idx=2)');
    expect(layer.weight.requiresGrad).toBe(false);
    expect(layer.weight.data).toBe(rows.data);
    expect(nn.EmbeddingBag.fromPretrained(rows, { freeze: false }).weight.requiresGrad).toBe(true);
  });

  it('scales the rows it looks up down to a norm, in the weight itself', () => {
    const layer = new nn.Embedding(4, 2, { maxNorm: 5, dtype: 'float64' });
    noGrad(() => layer.weight.copy_(tensor([[3, 4], [30, 40], [6, 8], [60, 80]], float64))); // prettier-ignore
    const before = layer.weight.version;
    layer.forward(tensor([[0, 2], [2, 0]], { dtype: 'int32' })).sum().backward(); // prettier-ignore
    const scale = 5 / (10 + 1e-7);
    expect(layer.weight.toArray()).toEqual([[3, 4], [30, 40], [6 * scale, 8 * scale], [60, 80]]); // prettier-ignore
    expect(layer.weight.version).toBe(before + 1);
    expect(layer.weight.grad?.toArray()).toEqual([[2, 2], [0, 0], [2, 2], [0, 0]]); // prettier-ignore
    layer.forward(tensor([], { dtype: 'int32' }));
    expect(layer.weight.version).toBe(before + 1);
  });

  it('changes no row if it refuses the input', () => {
    const weight = tensor([[3, 4], [0, 1]]); // prettier-ignore
    const [input, offsets] = [[0, 2], [1]].map((list) => tensor(list, { dtype: 'int32' }));
    expect(() => nn.functional.embedding(input, weight, { maxNorm: 1 })).toThrow('index 2 is out of bounds');
    expect(() => nn.functional.embeddingBag(input.mul(0), weight, { offsets, maxNorm: 1 })).toThrow(
      'offsets must begin at 0',
    );
    expect(weight.toArray()).toEqual([[3, 4], [0, 1]]); // prettier-ignore
  });

  it('refuses bags it cannot make', () => {
    const input = tensor([0, 1], { dtype: 'int32' });
    const layer = new nn.EmbeddingBag(3, 2);
    expect(() => layer.forward(input)).toThrow(
      'or a 1-d one with 1-d offsets, got input [2] and offsets null',
    );
    expect(() => layer.forward(input, input as never)).toThrow('expected an object of options, got a tensor');
    expect(() => layer.forward(input, { offsets: input, perSampleWeights: zeros([2]) })).toThrow(
      "perSampleWeights was not null, but mode is 'mean'",
    );
    expect(() => nn.EmbeddingBag.fromPretrained(zeros([2]))).toThrow('expected to be 2-dimensional, got [2]');
    expect(() => nn.functional.embeddingBag(input, zeros([3, 2]), { offsets: input, paddingIdx: 3 })).toThrow(
      'embeddingBag: paddingIdx must be within the 3 rows of weight, got 3',
    );
    expect(() => nn.functional.embeddingBag(input, zeros([3]), { offsets: input })).toThrow(
      "embeddingBag: 'weight' must be 2-D, got shape [3]",
    );
  });

  it.each([
    [
      'Linear(-1, 2)',
      (): unknown => new nn.Linear(-1, 2),
      'Linear: inFeatures must be a non-negative integer, got -1',
    ],
    [
      'Linear(2, 1.5)',
      (): unknown => new nn.Linear(2, 1.5),
      'Linear: outFeatures must be a non-negative integer, got 1.5',
    ],
    ['Linear of strings', (): unknown => new nn.Linear('2' as never, 2), 'Linear: inFeatures must be'],
    [
      'channels that groups do not divide',
      (): unknown => new nn.Conv2d(3, 4, 3, { groups: 2 }),
      'in_channels must be divisible by groups',
    ],
    [
      'kernels that groups do not divide',
      (): unknown => new nn.Conv2d(4, 3, 3, { groups: 2 }),
      'out_channels must be divisible by groups',
    ],
    [
      'no groups',
      (): unknown => new nn.Conv2d(4, 4, 3, { groups: 0 }),
      'Conv2d: groups must be a positive integer, got 0',
    ],
    [
      'an empty kernel',
      (): unknown => new nn.Conv2d(4, 4, [3, 0]),
      'Conv2d: kernelSize must be a positive integer, got 0',
    ],
    [
      'a kernel of three sizes',
      (): unknown => new nn.Conv2d(4, 4, [3, 3, 3] as never),
      'Conv2d: expected kernelSize to be a number or a pair',
    ],
    [
      'a negative padding',
      (): unknown => new nn.Conv2d(4, 4, 3, { padding: -1 }),
      'Conv2d: padding must be a non-negative integer',
    ],
    [
      'an unknown padding',
      (): unknown => new nn.Conv2d(4, 4, 3, { padding: 'full' as never }),
      "Invalid padding string 'full'",
    ],
    [
      "padding 'same' with strides",
      (): unknown => new nn.Conv2d(4, 4, 3, { padding: 'same', stride: 2 }),
      "padding='same' is not supported for strided convolutions",
    ],
    [
      'pooling by 0',
      (): unknown => new nn.MaxPool2d(0),
      'MaxPool2d: kernelSize must be a positive integer, got 0',
    ],
    [
      'pooling with too much padding',
      (): unknown => new nn.AvgPool2d(2, { padding: 2 }),
      'pad should be at most half of kernel size',
    ],
    [
      'a divisor of 0',
      (): unknown => new nn.AvgPool2d(2, { divisorOverride: 0 }),
      'AvgPool2d: divisor must be',
    ],
    ['flattening by half a dim', (): unknown => new nn.Flatten(0.5), 'Flatten: a dim is an integer, got 0.5'],
    [
      'a probability above 1',
      (): unknown => new nn.Dropout(1.5),
      'Dropout: dropout probability has to be between 0 and 1, but got 1.5',
    ],
    [
      'normalising no dims',
      (): unknown => new nn.LayerNorm([]),
      'LayerNorm: normalizedShape must have at least 1 dim',
    ],
    [
      'normalising a negative extent',
      (): unknown => new nn.LayerNorm([2, -1]),
      'LayerNorm: normalizedShape must be',
    ],
    [
      'a padding row outside',
      (): unknown => new nn.Embedding(3, 2, { paddingIdx: 3 }),
      'Padding_idx must be within num_embeddings',
    ],
    [
      'softmax without a dim',
      (): unknown => new nn.Softmax(undefined as never),
      'Softmax: dim must be an integer, got undefined',
    ],
    [
      'an unknown approximation',
      (): unknown => new nn.GELU({ approximate: 'erf' as never }),
      'GELU: approximate argument must be',
    ],
    [
      'an unknown reduction',
      (): unknown => new nn.MSELoss({ reduction: 'max' as never }),
      'MSELoss: max is not a valid value for reduction',
    ],
    [
      'a smoothing above 1',
      (): unknown => new nn.CrossEntropyLoss({ labelSmoothing: 2 }),
      'label_smoothing must be between 0.0 and 1.0',
    ],
    [
      'a negative beta',
      (): unknown => new nn.SmoothL1Loss({ beta: -1 }),
      'does not support negative values for beta',
    ],
    [
      'a delta of 0',
      (): unknown => new nn.HuberLoss({ delta: 0 }),
      'does not support non-positive values for delta',
    ],
    [
      'a weight that is no tensor',
      (): unknown => new nn.NLLLoss({ weight: [1] as never }),
      "buffer 'weight' (Tensor or null required)",
    ],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(message);
  });
});
