/* Linear regression: SGD with momentum, its rate falling in steps. */
import * as rg from '../../src/index.ts';
import type { Log } from './log.ts';

const { nn, optim } = rg;
const { DataLoader, TensorDataset } = rg.data;

export function linearRegression(log: Log): void {
  rg.manualSeed(1);
  const x = rg.randn([77, 3]).to('float64');
  const noise = rg.randn([77, 1]).to('float64');
  const slope = rg.tensor([[2], [-3], [0.5]], { dtype: 'float64' });
  const y = x.matmul(slope).add(1).add(noise.mul(0.1));
  const loader = new DataLoader(new TensorDataset(x, y, rg.arange(77)), {
    batchSize: 16,
    shuffle: true,
  });

  const model = new nn.Linear(3, 1).double();
  log.begin(model);
  const criterion = new nn.MSELoss();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.02, momentum: 0.9 });
  const scheduler = new optim.lrScheduler.StepLR(optimizer, { stepSize: 5, gamma: 0.5 });

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

  rg.noGrad(() => {
    log.end(criterion.forward(model.forward(x), y));
  });
}
