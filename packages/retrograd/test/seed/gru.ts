/* A GRU that adds the two numbers of a sequence that are marked: Adagrad, its rate falling on a plateau. */
import * as rg from '../../src/index.ts';
import type { Log } from './log.ts';

const { nn, optim } = rg;
const { DataLoader, TensorDataset } = rg.data;

class Adder extends nn.Module {
  readonly gru = new nn.GRU(2, 16, { batchFirst: true, bidirectional: true });
  readonly output = new nn.Linear(32, 1);

  forward(x: rg.Tensor): rg.Tensor {
    const [, hidden] = this.gru.forward(x);
    return this.output.forward(rg.cat([hidden.select(0, 0), hidden.select(0, 1)], 1)).squeeze(1);
  }
}

export function gru(log: Log): void {
  rg.manualSeed(6);
  const numbers = rg.rand([64, 12]).to('float64');
  const first = rg.randint(0, 6, [64, 1]);
  const second = rg.randint(6, 12, [64, 1]);
  const marks = rg.zeros([64, 12], { dtype: 'float64' }).scatter(1, rg.cat([first, second], 1), 1);
  const x = rg.stack([numbers, marks], 2);
  const y = numbers.mul(marks).sum(1);
  const loader = new DataLoader(new TensorDataset(x, y, rg.arange(64)), {
    batchSize: 15,
    shuffle: true,
    dropLast: true,
  });

  const model = new Adder().double();
  log.begin(model);
  const criterion = new nn.SmoothL1Loss({ beta: 0.1 });
  const optimizer = new optim.Adagrad(model.parameters(), { lr: 0.03 });
  const scheduler = new optim.lrScheduler.ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 2 });

  for (let epoch = 0; epoch < 25; epoch++) {
    let total = 0;
    for (const [inputs, targets, indices] of loader) {
      optimizer.zeroGrad();
      const loss = criterion.forward(model.forward(inputs), targets);
      loss.backward();
      nn.utils.clipGradNorm_(model.parameters(), 0.5);
      optimizer.step();
      total += loss.item();
      log.step(loss, indices);
    }
    scheduler.step(total / loader.length);
  }

  rg.noGrad(() => {
    log.end(criterion.forward(model.forward(x), y));
  });
}
