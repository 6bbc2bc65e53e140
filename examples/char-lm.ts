/*
 * A language model of characters: at every place of a text it guesses the next character. It learns to write TypeScript from
 * the declarations that come with the compiler, is tested on pieces it has not seen, and writes some of its own.
 *
 *     ts-node -T examples/char-lm.ts                          an LSTM (Hochreiter and Schmidhuber, 1997)
 *     ts-node -T examples/char-lm.ts --model transformer      (Vaswani et al., Attention Is All You Need, 2017)
 */

import * as rg from 'retrograd';
import type { Tensor } from 'retrograd';
import { choice, positive, readFlags, whole } from './support/flags.ts';
import { Progress } from './support/progress.ts';
import { readDeclarations } from './support/text.ts';

const { nn, optim } = rg;

const flags = readFlags('learns to write TypeScript', {
  model: choice(['lstm', 'transformer'], 'how the text before a character is read'),
  steps: whole(1000, 'of training'),
  batch: whole(32, 'windows of text per step'),
  context: whole(64, 'characters of a window', 2, 500),
  width: whole(96, 'numbers that stand for a character and what is before it; a multiple of 4', 4),
  layers: whole(2, 'one above the other'),
  lr: positive(0.004, 'learning rate at the highest'),
  seed: whole(0, 'of the split, the weights, the training and the samples', 0),
  write: whole(400, 'characters at the end', 0),
  temperature: positive(0.7, 'of the writing: 1 follows the probabilities, less plays safe'),
});
const { context, width } = flags;

rg.manualSeed(flags.seed);
const { alphabet, codes } = readDeclarations();

// The text is cut into blocks, of which one in twenty is kept for the test.
const BLOCK = 1000;
const count = Math.floor(codes.numel() / BLOCK);
const blocks = codes
  .slice(0, 0, count * BLOCK)
  .reshape([count, BLOCK])
  .indexSelect(0, rg.randperm(count));
const [test, train] = blocks.split([Math.ceil(count / 20), count - Math.ceil(count / 20)]);

/** Random windows of text, [n, context], and the characters that follow each of theirs, [n, context]. */
function windows(n: number, of: Tensor): { seen: Tensor; next: Tensor } {
  const block = rg.randint(0, of.shape[0], [n, 1]);
  const start = rg.randint(0, BLOCK - context, [n, 1]).add(block.mul(BLOCK));
  const window = of.take(start.add(rg.arange(context + 1)));
  return { seen: window.slice(1, 0, context), next: window.slice(1, 1) };
}

/** Reads from left to right, with a memory of what it has read. */
class Recurrent extends nn.Module {
  readonly embedding = new nn.Embedding(alphabet.length, width);
  readonly lstm = new nn.LSTM(width, width, { numLayers: flags.layers, batchFirst: true });
  readonly output = new nn.Linear(width, alphabet.length);

  /** For every place of [n, length] codes, scores of the next character: [n, length, alphabet]. */
  forward(seen: Tensor): Tensor {
    const [states] = this.lstm.forward(this.embedding.forward(seen));
    return this.output.forward(states);
  }
}

/** Looks back at every place at once, through a mask that hides what comes after it. */
class Attentive extends nn.Module {
  readonly embedding = new nn.Embedding(alphabet.length, width);
  readonly position = new nn.Embedding(context, width);
  readonly encoder = new nn.TransformerEncoder(
    new nn.TransformerEncoderLayer(width, 4, {
      dimFeedforward: 4 * width,
      dropout: 0,
      activation: 'gelu',
      batchFirst: true,
      normFirst: true,
    }),
    flags.layers,
    new nn.LayerNorm(width),
  );
  readonly output = new nn.Linear(width, alphabet.length);

  forward(seen: Tensor): Tensor {
    const length = seen.shape[1];
    const places = this.position.forward(rg.arange(length, { dtype: 'int32' }));
    const mask = nn.Transformer.generateSquareSubsequentMask(length);
    return this.output.forward(this.encoder.forward(this.embedding.forward(seen).add(places), { mask }));
  }
}

const model = flags.model === 'lstm' ? new Recurrent() : new Attentive();

/** The mean cross-entropy of the guesses, in nats per character. */
function loss({ seen, next }: { seen: Tensor; next: Tensor }): Tensor {
  return rg.crossEntropy(model.forward(seen).flatten(0, 1), next.reshape([-1]));
}

async function learn(): Promise<void> {
  const { steps } = flags;
  const optimizer = new optim.AdamW(model.parameters(), { lr: flags.lr });
  const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, {
    maxLr: flags.lr,
    totalSteps: steps,
    pctStart: 0.1,
  });
  const progress = new Progress(steps);
  const judged = windows(100, test);
  const judgement = (): string =>
    `perplexity ${Math.exp(rg.noGrad(() => loss(judged)).item()).toFixed(2)} of ${alphabet.length}`;
  progress.print(`step 0  ${judgement()}`);

  for (let step = 1; step <= steps && !progress.interrupted; step++) {
    const cost = loss(windows(flags.batch, train));
    optimizer.zeroGrad();
    cost.backward();
    nn.utils.clipGradNorm_(model.parameters(), 1);
    optimizer.step();
    scheduler.step();

    await progress.advance(`step ${step}  loss ${cost.item().toFixed(3)}`);
    if (step % Math.ceil(steps / 10) === 0 || step === steps || progress.interrupted) {
      progress.print(`step ${step}  ${judgement()}`);
    }
  }
  progress.end();
}

/** Goes on from a beginning, one character after the other. */
function writing(beginning: string, length: number): string {
  let text = beginning;
  for (let i = 0; i < length; i++) {
    const last = Array.from(text.slice(-context), (character) => alphabet.indexOf(character));
    const seen = rg.tensor([last], { dtype: 'int32' });
    const scores = rg.noGrad(() => model.forward(seen).select(1, -1).squeeze(0).div(flags.temperature));
    // The largest of scores with Gumbel noise is a sample of their softmax.
    const noise = rg.rand(scores.shape).log().neg().log().neg();
    text += alphabet[scores.add(noise).argmax(0).item()];
  }
  return text;
}

void learn().then(() => {
  if (flags.write > 0) console.log(`\n${writing('}\n\ninterface ', flags.write)} …`);
});
