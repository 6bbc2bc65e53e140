/*
 * A language model of characters: an embedding of the last characters, two layers on top, and a guess at the next one
 * (Bengio et al., A Neural Probabilistic Language Model, 2003). It learns to write TypeScript declarations from those
 * that come with the compiler, is tested on pieces it has not seen, and writes some of its own.
 *
 *     ts-node -T examples/char-lm.ts --steps 5000
 */

import * as rg from 'retrograd';
import { positive, readFlags, whole } from './support/flags.ts';
import { Progress } from './support/progress.ts';
import { readDeclarations } from './support/text.ts';

const { nn, optim } = rg;

const { steps, batch, lr, context, seed, write, temperature } = readFlags('learns to write TypeScript', {
  steps: whole(3000, 'of training'),
  batch: whole(64, 'windows of text per step'),
  lr: positive(0.003, 'learning rate at the start; it falls to 0 along a line'),
  context: whole(12, 'characters that the model sees', 1, 500),
  seed: whole(0, 'of the split, the weights, the training and the samples', 0),
  write: whole(500, 'characters at the end', 0),
  temperature: positive(0.7, 'of the writing: 1 follows the probabilities, less plays safe'),
});

rg.manualSeed(seed);
const { alphabet, codes } = readDeclarations();

// The text is cut into blocks, of which one in twenty is kept for the test.
const BLOCK = 1000;
const count = Math.floor(codes.numel() / BLOCK);
const blocks = codes
  .slice(0, 0, count * BLOCK)
  .reshape([count, BLOCK])
  .indexSelect(0, rg.randperm(count));
const [test, train] = blocks.split([Math.ceil(count / 20), count - Math.ceil(count / 20)]);

/** Random windows of text, [n, context], and the characters that follow them, [n]. */
function windows(n: number, of: rg.Tensor): { seen: rg.Tensor; next: rg.Tensor } {
  const block = rg.randint(0, of.shape[0], [n, 1]);
  const start = rg.randint(0, BLOCK - context, [n, 1]).add(block.mul(BLOCK));
  const window = of.take(start.add(rg.arange(context + 1)));
  return { seen: window.slice(1, 0, context), next: window.select(1, context) };
}

const model = new nn.Sequential(
  new nn.Embedding(alphabet.length, 16),
  new nn.Flatten(),
  new nn.Linear(16 * context, 128),
  new nn.Tanh(),
  new nn.Linear(128, alphabet.length),
);

async function learn(): Promise<void> {
  const optimizer = new optim.Adam(model.parameters(), { lr });
  const progress = new Progress(steps);
  const judged = windows(5000, test);
  const judgement = (): string => {
    const loss = rg.noGrad(() => rg.crossEntropy(model.forward(judged.seen), judged.next));
    return `perplexity ${Math.exp(loss.item()).toFixed(2)} of ${alphabet.length}`;
  };
  progress.print(`step 0  ${judgement()}`);

  for (let step = 1; step <= steps && !progress.interrupted; step++) {
    const { seen, next } = windows(batch, train);
    optimizer.paramGroups[0].lr = lr * (1 - (step - 1) / steps);
    const loss = rg.crossEntropy(model.forward(seen), next);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();

    await progress.advance(`step ${step}  loss ${loss.item().toFixed(3)}`);
    if (step % Math.ceil(steps / 10) === 0 || step === steps || progress.interrupted) {
      progress.print(`step ${step}  ${judgement()}`);
    }
  }
  progress.end();
}

/** Goes on from a beginning, one character after the other. */
function writing(beginning: string, length: number): string {
  let text = beginning;
  const last = [...beginning.padStart(context)].slice(-context);
  let seen = rg.tensor(
    last.map((character) => alphabet.indexOf(character)),
    { dtype: 'int32' },
  );
  for (let i = 0; i < length; i++) {
    const scores = rg.noGrad(() => model.forward(seen.unsqueeze(0)).squeeze(0).div(temperature));
    // The largest of scores with Gumbel noise is a sample of their softmax.
    const noise = rg.rand(scores.shape).log().neg().log().neg();
    const next = scores.add(noise).argmax(0, { keepdim: true });
    text += alphabet[next.item()];
    seen = rg.cat([seen.slice(0, 1), next]);
  }
  return text;
}

void learn().then(() => {
  if (write > 0) console.log(`\n${writing('}\n\ninterface ', write)} …`);
});
