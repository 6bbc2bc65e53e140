import * as core from '@retrograd/core';
import * as rg from '../src/index.ts';
import { nn, optim, tensor } from '../src/index.ts';

describe('The package retrograd', () => {
  it('holds core, data, nn and optim', () => {
    for (const name of Object.keys(core)) expect([name, name in rg]).toEqual([name, true]);
    expect(rg.tensor).toBe(core.tensor);
    expect(rg.nn.functional.relu).toBe(core.relu);
    expect(typeof rg.data.DataLoader).toBe('function');
    expect([rg.nn, rg.optim, rg.tensor]).toEqual([nn, optim, tensor]);
  });

  it.each([
    ['SGD with momentum', (params: rg.Tensor[]) => new optim.SGD(params, { lr: 0.5, momentum: 0.9 })],
    ['Adam', (params: rg.Tensor[]) => new optim.Adam(params, { lr: 0.05 })],
    ['AdamW', (params: rg.Tensor[]) => new optim.AdamW(params, { lr: 0.05 })],
  ])('learns exclusive or by %s', (_, make) => {
    rg.manualSeed(1);
    const x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]); // prettier-ignore
    const y = tensor([[0], [1], [1], [0]]);
    const model = new nn.Sequential(new nn.Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 1));
    const criterion = new nn.BCEWithLogitsLoss();
    const optimizer = make(model.parameters());
    for (let step = 0; step < 200; step++) {
      optimizer.zeroGrad();
      criterion.forward(model.forward(x), y).backward();
      optimizer.step();
    }
    const predicted = rg.noGrad(() => model.forward(x).gt(0));
    expect(predicted.toArray()).toEqual([[false], [true], [true], [false]]);
  });

  it('learns to tell images apart with a small CNN, in training and evaluation mode', () => {
    rg.manualSeed(2);
    // Horizontal against vertical bars.
    const bars = Array.from({ length: 8 }, (_, i) =>
      Array.from({ length: 8 }, (_, r) =>
        Array.from({ length: 8 }, (_, c) => Number((i < 4 ? r : c) === 1 + (i % 4))),
      ),
    );
    const x = tensor(bars).unsqueeze(1);
    const classes = tensor([0, 0, 0, 0, 1, 1, 1, 1], { dtype: 'int32' });
    const model = new nn.Sequential(
      new nn.Conv2d(1, 4, 3, { padding: 1 }),
      new nn.ReLU(),
      new nn.MaxPool2d(2),
      new nn.Flatten(),
      new nn.Dropout(0.1),
      new nn.LayerNorm(64),
      new nn.Linear(64, 2),
    );
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
    const criterion = new nn.CrossEntropyLoss();
    for (let step = 0; step < 30; step++) {
      optimizer.zeroGrad();
      criterion.forward(model.forward(x), classes).backward();
      optimizer.step();
    }
    expect(model.eval().forward(x).argmax(1).toArray()).toEqual(classes.toArray());
  });
});
