/**
 * Does training keep its memory? Trains a small MLP and a small CNN, each in one synchronous loop without any
 * disposing, and compares the resident set after the first tenth of the steps with that at the end.
 *
 *   npm run bench:memory                     20,000 steps of the MLP, 300 of the CNN
 *   npm run bench:memory -- --mlp 2000 --cnn 40
 *
 * Exits with 1 if either grows by 20 % or more.
 */
import { parseArgs } from 'node:util';
import * as rg from 'retrograd';

const { nn, optim } = rg;
const LIMIT = 0.2;
const MIB = 1024 * 1024;

/** Resident set size in bytes. No collection is forced: what counts is what people see. */
const resident = (): number => process.memoryUsage().rss;

/** Runs the steps; returns the growth of the resident set after the first tenth, as a fraction. */
function growth(name: string, steps: number, step: () => rg.Tensor): number {
  const tenth = Math.ceil(steps / 10);
  let early = 0;
  let peak = 0;
  let loss = NaN;
  const start = performance.now();
  for (let i = 1; i <= steps; i++) {
    loss = step().item();
    // The resident set rises and falls with the collector: the highest of the first tenth is what later ones must keep to.
    const now = resident();
    if (i <= tenth) early = Math.max(early, now);
    else peak = Math.max(peak, now);
  }
  const seconds = (performance.now() - start) / 1000;
  const fraction = peak / early - 1;
  console.log(
    `${name}: ${steps} steps in ${seconds.toFixed(1)} s, loss ${loss.toFixed(4)}; resident ${(early / MIB).toFixed(0)} MiB ` +
      `after the first tenth, at most ${(peak / MIB).toFixed(0)} MiB later: ${fraction > 0 ? '+' : ''}${(100 * fraction).toFixed(1)} %`,
  );
  return fraction;
}

function mlp(): () => rg.Tensor {
  const model = new nn.Sequential(new nn.Linear(2, 16), new nn.Tanh(), new nn.Linear(16, 1));
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9 });
  const x = rg.randn([32, 2]);
  const y = x.select(1, 0).mul(x.select(1, 1)).unsqueeze(1);
  return () => {
    optimizer.zeroGrad();
    const loss = rg.mseLoss(model.forward(x), y);
    loss.backward();
    optimizer.step();
    return loss;
  };
}

function cnn(): () => rg.Tensor {
  const model = new nn.Sequential(
    new nn.Conv2d(1, 8, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(8, 16, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Linear(16 * 7 * 7, 10),
  );
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
  return () => {
    const x = rg.randn([64, 1, 28, 28]);
    const target = rg.randint(0, 10, [64]);
    optimizer.zeroGrad();
    const loss = rg.crossEntropy(model.forward(x), target);
    loss.backward();
    optimizer.step();
    return loss;
  };
}

const { values } = parseArgs({
  options: { mlp: { type: 'string', default: '20000' }, cnn: { type: 'string', default: '300' } },
});
const [mlpSteps, cnnSteps] = [values.mlp, values.cnn].map(Number);
if (![mlpSteps, cnnSteps].every((n) => Number.isInteger(n) && n >= 10)) {
  console.error('bench:memory: --mlp and --cnn take a number of steps, at least 10');
  process.exit(2);
}
rg.manualSeed(0);
const results = [growth('MLP 2-16-1', mlpSteps, mlp()), growth('CNN 28×28', cnnSteps, cnn())];
if (results.some((fraction) => !(fraction < LIMIT))) {
  console.error(`the resident set grew by ${100 * LIMIT} % or more`);
  process.exitCode = 1;
}
