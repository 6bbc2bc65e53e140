/*
 * A residual network (He et al., Deep Residual Learning for Image Recognition, 2015) on small coloured pictures in the
 * manner of CIFAR-10, which are drawn on the spot: shapes of any colour, size and place, with noise.
 *
 *     ts-node -T examples/resnet.ts            --help lists the flags
 */

import * as rg from 'retrograd';
import type { Tensor } from 'retrograd';
import { mean } from './support/chart.ts';
import { drawConfusion } from './support/confusion.ts';
import { positive, readFlags, whole } from './support/flags.ts';
import { Progress } from './support/progress.ts';
import { drawShapes, shapeNames } from './support/shapes.ts';

const { data, nn, optim } = rg;

const flags = readFlags('tells shapes apart by a residual network', {
  epochs: whole(6, 'how often to go through the pictures'),
  pictures: whole(3000, 'to learn from', 10),
  side: whole(16, 'of a picture, in pixels', 8, 64),
  width: whole(8, 'channels of the first stage'),
  batch: whole(50, 'pictures per step', 2),
  lr: positive(0.1, 'learning rate at the highest'),
  seed: whole(0, 'of the pictures, the weights and the order', 0),
});

/** Two convolutions, whose result is added to what went in; where the sizes differ, to a projection of it. */
class Residual extends nn.Module {
  readonly conv1: InstanceType<typeof nn.Conv2d>;
  readonly bn1: InstanceType<typeof nn.BatchNorm2d>;
  readonly conv2: InstanceType<typeof nn.Conv2d>;
  readonly bn2: InstanceType<typeof nn.BatchNorm2d>;
  readonly shortcut: InstanceType<typeof nn.Sequential>;

  constructor(from: number, to: number, stride: number) {
    super();
    this.conv1 = new nn.Conv2d(from, to, 3, { stride, padding: 1, bias: false });
    this.bn1 = new nn.BatchNorm2d(to);
    this.conv2 = new nn.Conv2d(to, to, 3, { padding: 1, bias: false });
    this.bn2 = new nn.BatchNorm2d(to);
    const same = stride === 1 && from === to;
    this.shortcut = same
      ? new nn.Sequential()
      : new nn.Sequential(new nn.Conv2d(from, to, 1, { stride, bias: false }), new nn.BatchNorm2d(to));
  }

  forward(x: Tensor): Tensor {
    const inner = this.bn1.forward(this.conv1.forward(x)).relu();
    const outer = this.bn2.forward(this.conv2.forward(inner));
    return outer.add(this.shortcut.forward(x) as Tensor).relu();
  }
}

rg.manualSeed(flags.seed);
const train = drawShapes(flags.pictures, flags.side);
const test = drawShapes(500, flags.side);
const { width } = flags;
const model = new nn.Sequential(
  new nn.Conv2d(3, width, 3, { padding: 1, bias: false }),
  new nn.BatchNorm2d(width),
  new nn.ReLU(),
  new Residual(width, width, 1),
  new Residual(width, 2 * width, 2),
  new Residual(2 * width, 4 * width, 2),
  new nn.AdaptiveAvgPool2d(1),
  new nn.Flatten(),
  new nn.Linear(4 * width, shapeNames.length),
);

/** Mirrors a random half of a batch, left to right. */
function mirrored(images: Tensor): Tensor {
  const mirror = rg.rand([images.shape[0], 1, 1, 1]).lt(0.5);
  return rg.where(mirror, images.flip([3]), images);
}

const guesses = (): Tensor => rg.noGrad(() => (model.forward(test.images) as Tensor).argmax(1));
const accuracy = (): number => guesses().eq(test.labels).to('float32').mean().item();

async function learn(): Promise<void> {
  const loader = new data.DataLoader(new data.TensorDataset(train.images, train.labels), {
    batchSize: flags.batch,
    shuffle: true,
    dropLast: true,
  });
  const steps = flags.epochs * loader.length;
  const optimizer = new optim.SGD(model.parameters(), {
    lr: flags.lr,
    momentum: 0.9,
    weightDecay: 5e-4,
    nesterov: true,
  });
  const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, { maxLr: flags.lr, totalSteps: steps });
  const progress = new Progress(steps);
  for (let epoch = 1; epoch <= flags.epochs && !progress.interrupted; epoch++) {
    model.train();
    const losses: number[] = [];
    for (const [images, labels] of loader) {
      const loss = rg.crossEntropy(model.forward(mirrored(images)) as Tensor, labels);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      scheduler.step();
      losses.push(loss.item());
      await progress.advance(`epoch ${epoch}/${flags.epochs}  loss ${mean(losses.slice(-20)).toFixed(3)}`);
      if (progress.interrupted) break;
    }
    model.eval();
    const percent = (100 * accuracy()).toFixed(1);
    progress.print(
      `epoch ${epoch}/${flags.epochs}  train loss ${mean(losses).toFixed(3)}  test accuracy ${percent} %`,
    );
  }
  progress.end();
}

function report(): void {
  const classes = shapeNames.length;
  const [labels, found] = [test.labels, guesses()].map((c) => rg.oneHot(c, classes).to('float32'));
  console.log(`\n${drawConfusion(labels.t().matmul(found))}`);
  console.log(shapeNames.map((name, i) => `  ${i} ${name}`).join(''));
}

void learn().then(report);
