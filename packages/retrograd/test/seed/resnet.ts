/* Residual network with batch norm: SGD with Nesterov momentum, its rate and momentum in one cycle. */
import * as rg from '../../src/index.ts';
import type { Log } from './log.ts';

const { nn, optim } = rg;
const { functional: F } = nn;
const { DataLoader, TensorDataset } = rg.data;

class Block extends nn.Module {
  readonly conv1: rg.nn.Conv2d;
  readonly bn1: rg.nn.BatchNorm2d;
  readonly conv2: rg.nn.Conv2d;
  readonly bn2: rg.nn.BatchNorm2d;
  readonly shortcut: rg.nn.Layer;

  constructor(inputs: number, planes: number, stride: number) {
    super();
    this.conv1 = new nn.Conv2d(inputs, planes, 3, { stride, padding: 1, bias: false });
    this.bn1 = new nn.BatchNorm2d(planes);
    this.conv2 = new nn.Conv2d(planes, planes, 3, { padding: 1, bias: false });
    this.bn2 = new nn.BatchNorm2d(planes);
    this.shortcut = new nn.Identity();
    if (stride !== 1 || inputs !== planes) {
      this.shortcut = new nn.Sequential(
        new nn.Conv2d(inputs, planes, 1, { stride, bias: false }),
        new nn.BatchNorm2d(planes),
      );
    }
  }

  forward(x: rg.Tensor): rg.Tensor {
    let y = F.relu(this.bn1.forward(this.conv1.forward(x)));
    y = this.bn2.forward(this.conv2.forward(y));
    return F.relu(y.add(this.shortcut.forward(x)));
  }
}

class ResNet extends nn.Module {
  readonly conv = new nn.Conv2d(3, 8, 3, { padding: 1, bias: false });
  readonly bn = new nn.BatchNorm2d(8);
  readonly blocks = new nn.Sequential(new Block(8, 8, 1), new Block(8, 16, 2), new Block(16, 16, 1));
  readonly pool = new nn.AdaptiveAvgPool2d(1);
  readonly fc = new nn.Linear(16, 3);

  constructor() {
    super();
    for (const module of this.modules()) {
      if (module instanceof nn.Conv2d) {
        nn.init.kaimingNormal_(module.weight, { mode: 'fanOut', nonlinearity: 'relu' });
      }
    }
  }

  forward(x: rg.Tensor): rg.Tensor {
    x = F.relu(this.bn.forward(this.conv.forward(x)));
    x = this.pool.forward(this.blocks.forward(x));
    return this.fc.forward(rg.flatten(x, 1));
  }
}

export function resnet(log: Log): void {
  rg.manualSeed(4);
  const x = rg.randn([50, 3, 12, 12]).to('float64');
  const y = x.mean([2, 3]).argmax(1);
  const loader = new DataLoader(new TensorDataset(x, y, rg.arange(50)), {
    batchSize: 10,
    shuffle: true,
  });

  const model = new ResNet().double();
  log.begin(model);
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.SGD(model.parameters(), {
    lr: 0.05,
    momentum: 0.9,
    weightDecay: 1e-4,
    nesterov: true,
  });
  const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, {
    maxLr: 0.05,
    epochs: 20,
    stepsPerEpoch: loader.length,
  });

  model.train();
  for (let epoch = 0; epoch < 20; epoch++) {
    for (const [inputs, targets, indices] of loader) {
      optimizer.zeroGrad();
      const loss = criterion.forward(model.forward(inputs), targets);
      loss.backward();
      optimizer.step();
      scheduler.step();
      log.step(loss, indices);
    }
  }

  model.eval();
  rg.noGrad(() => {
    log.end(criterion.forward(model.forward(x), y));
  });
}
