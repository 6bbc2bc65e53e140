/*
 * A variational autoencoder of handwritten digits (Kingma and Welling, Auto-Encoding Variational Bayes, 2014): an encoder
 * says where in a small space an image probably belongs, a decoder draws what belongs at a point of it. In the end it draws
 * digits nobody wrote, and walks from one digit to another.
 *
 *     ts-node -T examples/vae.ts            --help lists the flags
 */

import * as rg from 'retrograd';
import type { Tensor } from 'retrograd';
import { mean } from './support/chart.ts';
import { readDigits } from './support/digits.ts';
import { positive, readFlags, whole } from './support/flags.ts';
import { besideEachOther, drawImage } from './support/picture.ts';
import { Progress } from './support/progress.ts';

const { data, nn, optim } = rg;

const flags = readFlags('learns to draw handwritten digits', {
  epochs: whole(10, 'how often to go through the digits'),
  batch: whole(100, 'digits per step'),
  lr: positive(0.001, 'learning rate'),
  latent: whole(12, 'numbers that stand for a digit'),
  seed: whole(0, 'of the weights, the order and the samples', 0),
  limit: whole(10000, 'train on so many digits only', 1, 10000),
});

const PIXELS = 28 * 28;
const HIDDEN = 256;

class Autoencoder extends nn.Module {
  readonly encoder = new nn.Sequential(new nn.Flatten(), new nn.Linear(PIXELS, HIDDEN), new nn.ReLU());
  readonly mean = new nn.Linear(HIDDEN, flags.latent);
  readonly logVariance = new nn.Linear(HIDDEN, flags.latent);
  readonly decoder = new nn.Sequential(
    new nn.Linear(flags.latent, HIDDEN),
    new nn.ReLU(),
    new nn.Linear(HIDDEN, PIXELS),
  );

  /** Where an image belongs: the means and the logarithms of the variances of a normal distribution. */
  encode(images: Tensor): { mean: Tensor; logVariance: Tensor } {
    const hidden = this.encoder.forward(images);
    return { mean: this.mean.forward(hidden), logVariance: this.logVariance.forward(hidden) };
  }

  /** What belongs at points of the space: for each pixel the log-odds of ink. */
  forward(points: Tensor): Tensor {
    return this.decoder.forward(points);
  }
}

/**
 * The negative evidence lower bound in nats per image: what it costs to draw the image from its point, and to say the point
 * to somebody who expects a standard normal one.
 */
function bound(model: Autoencoder, images: Tensor): { drawing: Tensor; saying: Tensor } {
  const { mean: mu, logVariance } = model.encode(images);
  // A sample as a function of noise, so that the gradient passes through it.
  const points = mu.add(logVariance.mul(0.5).exp().mul(rg.randnLike(mu)));
  const n = images.shape[0];
  const target = images.flatten(1);
  const drawing = rg.binaryCrossEntropyWithLogits(model.forward(points), target, { reduction: 'sum' });
  const saying = mu.square().add(logVariance.exp()).sub(logVariance).sub(1).sum().mul(0.5);
  return { drawing: drawing.div(n), saying: saying.div(n) };
}

rg.manualSeed(flags.seed);
const digits = readDigits();
const chosen = digits.at(rg.randperm(digits.count).slice(0, 0, flags.limit));
const model = new Autoencoder();

async function learn(): Promise<void> {
  const loader = new data.DataLoader(new data.TensorDataset(chosen.images), {
    batchSize: flags.batch,
    shuffle: true,
  });
  const optimizer = new optim.Adam(model.parameters(), { lr: flags.lr });
  const progress = new Progress(flags.epochs * loader.length);
  for (let epoch = 1; epoch <= flags.epochs && !progress.interrupted; epoch++) {
    const costs: [number, number][] = [];
    for (const [images] of loader) {
      const { drawing, saying } = bound(model, images);
      optimizer.zeroGrad();
      drawing.add(saying).backward();
      optimizer.step();
      costs.push([drawing.item(), saying.item()]);
      await progress.advance(
        `epoch ${epoch}/${flags.epochs}  ${(costs[costs.length - 1][0] + costs[costs.length - 1][1]).toFixed(1)} nats`,
      );
      if (progress.interrupted) break;
    }
    const [drawing, saying] = [0, 1].map((k) => mean(costs.map((cost) => cost[k])).toFixed(1));
    progress.print(
      `epoch ${epoch}/${flags.epochs}  drawing ${drawing} nats, saying ${saying} nats per digit`,
    );
  }
  progress.end();
}

const drawn = (points: Tensor): string[][] =>
  [...model.forward(points).sigmoid().reshape([-1, 1, 28, 28]).unbind()].map(drawImage);

function report(): void {
  rg.noGrad(() => {
    const five = chosen.images.slice(0, 0, 5);
    const { mean: points } = model.encode(five);
    const originals = five.unbind().map(drawImage);
    console.log(
      `\nfive digits, and how they are remembered:\n${besideEachOther(
        originals,
        five.unbind().map(() => ''),
      )}`,
    );
    console.log(
      besideEachOther(
        drawn(points),
        five.unbind().map(() => ''),
      ),
    );
    const steps = rg.linspace(0, 1, 5).unsqueeze(1);
    const walk = points.select(0, 0).lerp(points.select(0, 1), steps);
    console.log(
      `\nfrom the first to the second:\n${besideEachOther(drawn(walk), ['first', '', '', '', 'second'])}`,
    );
    const invented = drawn(rg.randn([5, flags.latent]));
    console.log(
      `\nfive that nobody wrote:\n${besideEachOther(
        invented,
        invented.map(() => ''),
      )}`,
    );
  });
}

void learn().then(report);
