/* LeNet: SGD with momentum and weight decay, its rate falling at milestones. */
import * as rg from '../../src/index.ts';
import type { Log } from './log.ts';

const { nn, optim } = rg;
const { functional: F } = nn;
const { DataLoader, TensorDataset } = rg.data;

class LeNet extends nn.Module {
  readonly conv1 = new nn.Conv2d(1, 6, 5, { padding: 2 });
  readonly conv2 = new nn.Conv2d(6, 16, 5);
  readonly fc1 = new nn.Linear(16 * 5 * 5, 120);
  readonly fc2 = new nn.Linear(120, 84);
  readonly fc3 = new nn.Linear(84, 10);

  forward(x: rg.Tensor): rg.Tensor {
    x = F.maxPool2d(F.relu(this.conv1.forward(x)), 2);
    x = F.maxPool2d(F.relu(this.conv2.forward(x)), 2);
    x = rg.flatten(x, 1);
    x = F.relu(this.fc1.forward(x));
    x = F.relu(this.fc2.forward(x));
    return F.logSoftmax(this.fc3.forward(x), 1);
  }
}

export function lenet(log: Log): void {
  rg.manualSeed(3);
  const y = rg.arange(80).remainder(10);
  const rows = rg.arange(28);
  const top = y.unsqueeze(1).mul(2);
  const stripe = rg.logicalAnd(rows.ge(top), rows.lt(top.add(5)));
  const pattern = stripe.to('float64').reshape([80, 1, 28, 1]);
  const x = rg.randn([80, 1, 28, 28]).to('float64').mul(0.5).add(pattern);
  const loader = new DataLoader(new TensorDataset(x, y, rg.arange(80)), {
    batchSize: 8,
    shuffle: true,
  });

  const model = new LeNet().double();
  log.begin(model);
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.02, momentum: 0.9, weightDecay: 5e-4 });
  const scheduler = new optim.lrScheduler.MultiStepLR(optimizer, { milestones: [5, 8], gamma: 0.2 });

  for (let epoch = 0; epoch < 10; epoch++) {
    for (const [inputs, targets, indices] of loader) {
      optimizer.zeroGrad();
      const loss = F.nllLoss(model.forward(inputs), targets);
      loss.backward();
      optimizer.step();
      log.step(loss, indices);
    }
    scheduler.step();
  }

  rg.noGrad(() => {
    log.end(F.nllLoss(model.forward(x), y));
  });
}
