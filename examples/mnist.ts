/*
 * Trains a digit classifier on 9,000 handwritten digits and shows how well it reads 1,000 others.
 *
 *     npm start                                 npm start -- --help
 *     npm start -- --model mlp --epochs 3       ts-node -T examples/mnist.ts --seed 7
 *     npm start -- --checkpoint digits.safetensors
 *
 * Ctrl-C ends the training early; what has been learnt by then is shown all the same. With a checkpoint, which is written
 * after every epoch, the same command goes on from there, to just what it would have learnt without the pause.
 */

import { existsSync } from 'node:fs';
import { load, save } from '@retrograd/data/files';
import * as rg from 'retrograd';
import { drawCurve, mean } from './support/chart.ts';
import { drawConfusion } from './support/confusion.ts';
import { readDigits, type Digits } from './support/digits.ts';
import { choice, path, positive, readFlags, whole } from './support/flags.ts';
import { besideEachOther, drawImage } from './support/picture.ts';
import { Progress } from './support/progress.ts';

const { data, nn, optim } = rg;

const flags = readFlags('trains a classifier of handwritten digits', {
  epochs: whole(8, 'how often to go through the training digits'),
  batch: whole(32, 'digits per step'),
  lr: positive(0.005, 'learning rate at the start; it falls to 0 along a line'),
  seed: whole(1, 'of the split, the initial weights and the order of training', 0),
  model: choice(['cnn', 'mlp'], 'convolutional or fully connected'),
  limit: whole(9000, 'train on so many digits only', 1, 9000),
  checkpoint: path('', 'the file to write after every epoch, and to go on from'),
});

const models = {
  cnn: () =>
    new nn.Sequential(
      new nn.Conv2d(1, 16, 3, { padding: 1 }),
      new nn.ReLU(),
      new nn.MaxPool2d(2),
      new nn.Conv2d(16, 32, 3, { padding: 1 }),
      new nn.ReLU(),
      new nn.MaxPool2d(2),
      new nn.Flatten(),
      new nn.Linear(32 * 7 * 7, 10),
    ),
  mlp: () =>
    new nn.Sequential(new nn.Flatten(), new nn.Linear(28 * 28, 128), new nn.ReLU(), new nn.Linear(128, 10)),
};

rg.manualSeed(flags.seed);
const digits = readDigits();
const [trainRows, testRows] = rg.randperm(digits.count).split([9000, 1000]);
const train = digits.at(trainRows.slice(0, 0, flags.limit));
const test = digits.at(testRows);
const model = models[flags.model]();

/** The images moved by up to a pixel, all the same way: writing does not keep to the middle. */
function shifted(images: rg.Tensor): rg.Tensor {
  const [down, right] = rg.randint(0, 3, [2]).toArray() as number[];
  return rg.pad(images, [1, 1, 1, 1]).narrow(2, down, 28).narrow(3, right, 28);
}

async function learn(): Promise<number[]> {
  const { epochs, batch: batchSize, lr, checkpoint } = flags;
  const loader = new data.DataLoader(new data.TensorDataset(train.images, train.labels), {
    batchSize,
    shuffle: true,
  });
  const steps = epochs * loader.length;
  const optimizer = new optim.Adam(model.parameters(), { lr });
  const scheduler = new optim.lrScheduler.LinearLR(optimizer, {
    startFactor: 1,
    endFactor: 0,
    totalIters: steps,
  });
  const parts = { model, optimizer, scheduler };
  let losses: number[] = [];
  if (existsSync(checkpoint)) {
    ({ losses } = load<{ losses: number[] }>(checkpoint, parts));
    console.log(`going on from ${checkpoint}, after ${losses.length / loader.length} epochs`);
  }
  const progress = new Progress(steps, losses.length);

  for (let epoch = 1 + losses.length / loader.length; epoch <= epochs; epoch++) {
    model.train();
    const epochStart = losses.length;
    for (const [images, labels] of loader) {
      const loss = rg.crossEntropy(model.forward(shifted(images)), labels);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      scheduler.step();

      losses.push(loss.item());
      await progress.advance(`epoch ${epoch}/${epochs}  loss ${mean(losses.slice(-50)).toFixed(3)}`);
      if (progress.interrupted) break;
    }
    model.eval();
    const trainLoss = mean(losses.slice(epochStart));
    progress.print(
      `epoch ${epoch}/${epochs}  train loss ${trainLoss.toFixed(4)}  test accuracy ${percent(accuracy(test))}`,
    );
    if (progress.interrupted) break;
    if (checkpoint !== '') save(checkpoint, { ...parts, losses });
  }
  progress.end();
  model.eval();
  return losses;
}

function scores({ images }: Digits): rg.Tensor {
  return rg.noGrad(() => model.forward(images));
}

function accuracy(digits: Digits): number {
  return scores(digits).argmax(1).eq(digits.labels).to('float32').mean().item();
}

function report(losses: readonly number[]): void {
  const { values: certainty, indices: guess } = scores(test).softmax(1).max(1);
  console.log(`\n${drawCurve(losses, `training loss, step 1 to ${losses.length}`)}`);

  // Products of one-hot rows count how often each digit was taken for each.
  const [labels, guesses] = [test.labels, guess].map((classes) => rg.oneHot(classes, 10).to('float32'));
  console.log(`\n${drawConfusion(labels.t().matmul(guesses))}`);

  const [shown, taken, sure] = [test.labels, guess, certainty].map((x) => x.toArray() as number[]);
  const mistakes = [...shown.keys()].filter((i) => shown[i] !== taken[i]).sort((i, j) => sure[j] - sure[i]);
  if (mistakes.length > 0) {
    const worst = mistakes.slice(0, 3);
    const pictures = worst.map((i) => drawImage(test.images.select(0, i)));
    const captions = worst.map((i) => `${shown[i]}, taken for ${taken[i]} (${percent(sure[i])})`);
    console.log(`\nmistakes made with the most certainty:\n${besideEachOther(pictures, captions)}`);
  }
  console.log(`\ntest accuracy ${percent(1 - mistakes.length / test.count)}`);
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}

void learn().then(report);
