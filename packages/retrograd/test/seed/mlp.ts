/* Multilayer perceptron with dropout: Adam, its rate falling exponentially. */
import * as rg from '../../src/index.ts';
import type { Log } from './log.ts';

const { nn, optim } = rg;
const { DataLoader, TensorDataset } = rg.data;

class MLP extends nn.Module {
  readonly layers = new nn.Sequential(
    new nn.Linear(8, 32),
    new nn.ReLU(),
    new nn.Dropout(0.2),
    new nn.Linear(32, 32),
    new nn.ReLU(),
    new nn.Dropout(0.5),
    new nn.Linear(32, 3),
  );

  forward(x: rg.Tensor): rg.Tensor {
    return this.layers.forward(x);
  }
}

export function mlp(log: Log): void {
  rg.manualSeed(2);
  const x = rg.randn([120, 8]).to('float64');
  const product = x.select(1, 0).mul(x.select(1, 1));
  const y = product.gt(0).to('int32').add(x.select(1, 2).gt(0).to('int32'));
  const loader = new DataLoader(new TensorDataset(x, y, rg.arange(120)), {
    batchSize: 24,
    shuffle: true,
  });

  const model = new MLP().double();
  log.begin(model);
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
  const scheduler = new optim.lrScheduler.ExponentialLR(optimizer, { gamma: 0.95 });

  model.train();
  for (let epoch = 0; epoch < 20; epoch++) {
    for (const [inputs, targets, indices] of loader) {
      optimizer.zeroGrad();
      const loss = criterion.forward(model.forward(inputs), targets);
      loss.backward();
      optimizer.step();
      log.step(loss, indices);
    }
    scheduler.step();
  }

  model.eval();
  rg.noGrad(() => {
    log.end(criterion.forward(model.forward(x), y));
  });
}
