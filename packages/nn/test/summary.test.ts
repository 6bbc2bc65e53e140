import { defaultGenerator, manualSeed, ones, rand, tensor, zeros, type Tensor } from '@retrograd/core';
import * as nn from '../src/index.ts';
import { elements } from './build.ts';

function lenet(): nn.Sequential {
  return new nn.Sequential({
    conv: new nn.Conv2d(1, 6, 5, { padding: 2 }),
    norm: new nn.BatchNorm2d(6),
    act: new nn.ReLU(),
    pool: new nn.MaxPool2d(2),
    flat: new nn.Flatten(),
    drop: new nn.Dropout(),
    out: new nn.Linear(1176, 10),
  });
}

describe('A summary', () => {
  it('lists shapes, parameters, multiply-adds and what is saved, layer by layer', () => {
    const { rows, ...totals } = nn.summary(lenet(), [2, 1, 28, 28]);
    expect(rows.map(({ path, className, outputShapes }) => [path, className, outputShapes])).toEqual([
      ['', 'Sequential', [[2, 10]]],
      ['conv', 'Conv2d', [[2, 6, 28, 28]]],
      ['norm', 'BatchNorm2d', [[2, 6, 28, 28]]],
      ['act', 'ReLU', [[2, 6, 28, 28]]],
      ['pool', 'MaxPool2d', [[2, 6, 14, 14]]],
      ['flat', 'Flatten', [[2, 1176]]],
      ['drop', 'Dropout', [[2, 1176]]],
      ['out', 'Linear', [[2, 10]]],
    ]);
    expect(rows.map(({ parameters }) => parameters)).toEqual([0, 156, 12, 0, 0, 0, 0, 11770]);
    expect(rows.map((row) => row.multiplyAdds)).toEqual([0, 2 * 6 * 784 * 25, 0, 0, 0, 0, 0, 2 * 10 * 1176]);
    // The convolution saves its input for the weight's gradient, the last layer its own.
    expect(rows[1].savedBytes).toBe(2 * 784 * 4);
    expect(rows[7].savedBytes).toBe(2 * 1176 * 4);
    expect(totals).toMatchObject({
      parameters: 11938,
      trainableParameters: 11938,
      frozenParameters: 0,
      parameterBytes: 4 * 11938,
      multiplyAdds: 258720,
      savedBytes: rows.reduce((sum, row) => sum + row.savedBytes, 0),
    });
  });

  it('prints as a table', () => {
    class Model extends nn.Module {
      linear = new nn.Linear(300, 20);
      act = new nn.Tanh();
      unused = new nn.Identity();
      forward(x: Tensor): Tensor {
        return this.act.forward(this.linear.forward(x));
      }
    }
    const model = new Model();
    model.linear.requiresGrad_(false);
    expect(String(nn.summary(model, [8, 300], { training: false })).split('\n')).toEqual([
      'layer    class     output shape  parameters  multiply-adds  saved',
      '-----------------------------------------------------------------',
      '(model)  Model     [8, 20]                -              -      -',
      'linear   Linear    [8, 20]            6,020         48,000      -',
      'act      Tanh      [8, 20]                -              -      -',
      'unused   Identity  not called             -              -      -',
      '-----------------------------------------------------------------',
      'parameters: 6,020 (23.5 KiB), of which 0 trainable, 6,020 frozen',
      'multiply-adds: 48,000',
      'saved for backward: 0 B',
    ]);
  });

  it('changes nothing of the model, nor the random numbers to come', () => {
    const model = lenet().double();
    const x = zeros([2, 1, 28, 28], { dtype: 'float64' }).uniform_(0, 1);
    model.forward(x).sum().backward();
    const buffers = model.buffers();
    const versions = [...model.parameters(), ...buffers].map(({ version }) => version);
    const state = (): unknown => [
      Object.entries(model.stateDict()).map(([key, value]) => [key, elements(value)]),
      model.parameters().map(({ grad }) => elements(grad as Tensor)),
      model.modules().map((module) => [module.training, Object.keys(module)]),
    ];
    const before = state();
    manualSeed(9);
    const stream = defaultGenerator.getState();
    for (const training of [true, false, undefined]) nn.summary(model, x, { training });
    expect(state()).toEqual(before);
    expect(defaultGenerator.getState()).toEqual(stream);
    expect([...model.parameters(), ...model.buffers()].map(({ version }) => version)).toEqual(versions);
    model.buffers().forEach((buffer, i) => expect(buffer).toBe(buffers[i]));
    expect(x.grad).toBe(null);
  });

  it('puts everything back when the model throws', () => {
    const model = lenet();
    const buffers = model.buffers();
    model.eval();
    manualSeed(9);
    const stream = defaultGenerator.getState();
    expect(() => nn.summary(model, [2, 1, 9, 9], { training: true })).toThrow('linear');
    model.buffers().forEach((buffer, i) => expect(buffer).toBe(buffers[i]));
    expect(model.modules().some(({ training }) => training)).toBe(false);
    expect(defaultGenerator.getState()).toEqual(stream);
    expect(nn.summary(model, [2, 1, 28, 28]).rows.map(({ calls }) => calls)).toEqual(Array(8).fill(1));
  });

  it('counts shared parameters once, and every call of a shared layer', () => {
    const shared = new nn.Linear(4, 4, { bias: false });
    const tied = new nn.Linear(4, 4, { bias: false });
    tied.weight = shared.weight;
    const { rows, parameters } = nn.summary(new nn.Sequential(shared, new nn.Tanh(), shared, tied), [3, 4]);
    expect(parameters).toBe(16);
    expect(rows.map((row) => [row.path, row.parameters, row.calls, row.multiplyAdds])).toEqual([
      ['', 0, 1, 0],
      ['0', 16, 2, 96],
      ['1', 0, 1, 0],
      ['3', 0, 1, 48],
    ]);
  });

  it('saves less in evaluation mode and nothing of a frozen model', () => {
    const model = lenet();
    const [training, evaluating] = [true, false].map((mode) =>
      nn.summary(model, [2, 1, 28, 28], { training: mode }),
    );
    expect(evaluating.savedBytes).toBeLessThan(training.savedBytes);
    expect(nn.summary(model.requiresGrad_(false), [2, 1, 28, 28]).savedBytes).toBe(0);
  });

  it('takes tensors, shapes, several of them, and another dtype', () => {
    const embed = new nn.Sequential(new nn.Embedding(10, 3), new nn.Flatten());
    expect(nn.summary(embed, tensor([[1, 2]], { dtype: 'int32' })).rows[0].outputShapes).toEqual([[1, 6]]);
    expect(nn.summary(embed, [4, 5], { dtype: 'int32' }).rows[0].outputShapes).toEqual([[4, 15]]);
    const bilinear = new nn.Bilinear(2, 3, 4);
    const { rows } = nn.summary(bilinear, [[5, 2], ones([5, 3])]);
    expect(rows[0]).toMatchObject({ outputShapes: [[5, 4]], multiplyAdds: 5 * 4 * 2 * 4 });
    expect(() => nn.summary(embed, 3 as never)).toThrow(
      'summary: expected a shape, a Tensor or an array of them',
    );
  });

  it.each<[string, nn.Module, number[] | number[][], number]>([
    ['a linear layer', new nn.Linear(3, 2), [4, 5, 3], 20 * 2 * 3],
    ['a grouped convolution', new nn.Conv1d(4, 6, 3, { groups: 2 }), [2, 4, 10], 2 * 6 * 8 * 2 * 3],
    ['a volume’s convolution', new nn.Conv3d(1, 2, 2), [1, 3, 3, 3], 2 * 8 * 8],
    ['a transposed convolution', new nn.ConvTranspose2d(2, 4, 3, { stride: 2 }), [1, 2, 5, 5], 50 * 4 * 9],
    ['two directions of an LSTM', new nn.LSTM(3, 5, { bidirectional: true }), [7, 2, 3], 7 * 2 * 2 * (20 * 3 + 20 * 5)],
    ['a GRU’s cell', new nn.GRUCell(3, 5), [2, 3], 2 * (15 * 3 + 15 * 5)],
    ['attention', new nn.MultiheadAttention(8, 2), [[5, 2, 8], [6, 2, 8], [6, 2, 8]], (10 + 12 + 12) * 64 + 2 * 10 * 6 * 8 + 10 * 64],
    ['what is not counted', new nn.Softmax(1), [4, 4], 0],
  ])('counts the multiply-adds of %s', (_, layer, shapes, count) => {
    expect(nn.summary(layer, shapes).multiplyAdds).toBe(count);
  }); // prettier-ignore

  it('counts as it is told', () => {
    const count = (module: nn.Module): number | undefined => (module instanceof nn.Tanh ? 7 : undefined);
    const model = new nn.Sequential(new nn.Linear(1, 1), new nn.Tanh());
    expect(nn.summary(model, [1, 1], { multiplyAdds: count }).multiplyAdds).toBe(8);
  });

  it('leaves a computed weight as it was', () => {
    const layer = nn.utils.spectralNorm(new nn.Linear(3, 2));
    const { weight } = layer;
    nn.summary(layer, [1, 3]);
    expect(layer.weight).toBe(weight);
    expect(nn.summary(layer, rand([1, 3])).rows[0].parameters).toBe(8);
  });
});
