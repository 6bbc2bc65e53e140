/*
 * Trains a digit classifier on 9,000 handwritten digits and shows how well it reads 1,000 others.
 *
 *     npm start                                 npm start -- --help
 *     npm start -- --model mlp --epochs 3       ts-node -T examples/mnist.ts --seed 7
 *
 * Ctrl-C ends the training early; what has been learnt by then is shown all the same.
 */

import * as rg from 'retrograd';
import { drawCurve, mean } from './support/chart.ts';
import { drawConfusion } from './support/confusion.ts';
import { readDigits, type Digits } from './support/digits.ts';
import { choice, positive, readFlags, whole } from './support/flags.ts';
import { besideEachOther, drawImage } from './support/picture.ts';
import { Progress } from './support/progress.ts';

const { nn, optim } = rg;

const flags = readFlags('trains a classifier of handwritten digits', {
  epochs: whole(6, 'how often to go through the training digits'),
  batch: whole(32, 'digits per step'),
  lr: positive(0.005, 'learning rate at the start; it falls to 0 along a line'),
  seed: whole(1, 'of the split, the initial weights and the order of training', 0),
  model: choice(['cnn', 'mlp'], 'convolutional or fully connected'),
  limit: whole(9000, 'train on so many digits only', 1, 9000),
});

const models = {
  cnn: () =>
    new nn.Sequential(
      new nn.Conv2d(1, 8, 3, { padding: 1 }),
      new nn.ReLU(),
      new nn.MaxPool2d(2),
      new nn.Conv2d(8, 16, 3, { padding: 1 }),
      new nn.ReLU(),
      new nn.MaxPool2d(2),
      new nn.Flatten(),
      new nn.Linear(16 * 7 * 7, 10),
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

async function learn(): Promise<number[]> {
  const { epochs, batch, lr } = flags;
  const optimizer = new optim.Adam(model.parameters(), { lr });
  const steps = epochs * Math.ceil(train.count / batch);
  const progress = new Progress(steps);
  const losses: number[] = [];

  for (let epoch = 1; epoch <= epochs && !progress.interrupted; epoch++) {
    const epochStart = losses.length;
    for (const rows of rg.randperm(train.count).split(batch)) {
      const { images, labels } = train.at(rows);
      optimizer.paramGroups[0].lr = lr * (1 - losses.length / steps);
      const loss = rg.crossEntropy(model.forward(images), labels);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();

      losses.push(loss.item());
      await progress.advance(`epoch ${epoch}/${epochs}  loss ${mean(losses.slice(-50)).toFixed(3)}`);
      if (progress.interrupted) break;
    }
    const trainLoss = mean(losses.slice(epochStart));
    progress.print(
      `epoch ${epoch}/${epochs}  train loss ${trainLoss.toFixed(4)}  test accuracy ${percent(accuracy(test))}`,
    );
  }
  progress.end();
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
