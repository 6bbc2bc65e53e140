/*
 * Rosenbrock's valley, (1 − x)² + 100 (y − x²)², is easy to get into and hard to follow to its end at (1, 1): a test for
 * minimisers since 1960. L-BFGS with a line search needs some dozens of gradients, where plain descent needs thousands.
 *
 *     ts-node -T examples/rosenbrock.ts --from-x -1.5 --from-y 2
 */

import * as rg from 'retrograd';
import { finite, readFlags, whole } from './support/flags.ts';

const { optim } = rg;

const flags = readFlags('finds the end of a curved valley', {
  'from-x': finite(-1.2, 'where to start'),
  'from-y': finite(1, 'where to start'),
  descents: whole(20000, 'steps of plain gradient descent, for comparison', 0),
});

function rosenbrock(point: rg.Tensor): rg.Tensor {
  const [x, y] = point.unbind();
  return x.neg().add(1).square().add(y.sub(x.square()).square().mul(100));
}

const start = (): rg.Tensor =>
  rg.tensor([flags['from-x'], flags['from-y']], { dtype: 'float64', requiresGrad: true });
const shown = (point: rg.Tensor): string =>
  (point.toArray() as number[]).map((v) => v.toFixed(8).padStart(12)).join('  ');

function line(label: string, gradients: number, point: rg.Tensor): void {
  const value = rosenbrock(point.detach()).item().toExponential(2);
  console.log(
    `${label.padEnd(12)} ${String(gradients).padStart(6)} gradients  at ${shown(point)}  value ${value}`,
  );
}

const point = start();
const optimizer = new optim.LBFGS([point], {
  maxIter: 1,
  toleranceChange: 1e-24,
  lineSearchFn: 'strong_wolfe',
});
let gradients = 0;
line('start', 0, point);
for (let iteration = 1; iteration <= 100; iteration++) {
  const before = point.detach().clone();
  optimizer.step(() => {
    optimizer.zeroGrad();
    const value = rosenbrock(point);
    value.backward();
    gradients++;
    return value;
  });
  const moved = point.detach().sub(before).norm().item();
  if (iteration % 5 === 0 || moved < 1e-10) line(`L-BFGS ${iteration}`, gradients, point);
  if (moved < 1e-10) break;
}

const slow = start();
const descent = new optim.SGD([slow], { lr: 1e-3 });
for (let step = 1; step <= flags.descents; step++) {
  descent.zeroGrad();
  rosenbrock(slow).backward();
  descent.step();
}
if (flags.descents > 0) line('descent', flags.descents, slow);
