/*
 * A line through three points, found by the layer-at-a-time protocol: forward, the loss, its gradient, backward through the
 * layer, update. Everything a training loop does, with nothing hidden, and every number small enough to check on paper.
 *
 *     ts-node -T examples/backpropagation/regression.ts
 */

import { Linear } from '@retrograd/nn';
import { layer, MSECriterion } from '@retrograd/nn/layerwise';
import * as rg from 'retrograd';
import { isProgram, type Print } from './print.ts';

const float64 = { dtype: 'float64' } as const;

export function main(print: Print): void {
  // float64, as Torch7 computed: in float32 the last digit of the last loss is another one.
  const x = rg.tensor([[1], [2], [3]], float64);
  const y = rg.tensor([[3], [5], [7]], float64);
  const module = new Linear(1, 1, float64);
  const { weight, bias } = module;
  rg.noGrad(() => {
    // 0.2055 and 0.7159, with the digits that a print leaves out.
    weight.fill_(0.205527);
    bias?.fill_(0.715889);
  });
  const model = layer(module);
  const criterion = new MSECriterion();

  const output = model.forward(x);
  const loss = criterion.forward(output, y);
  const gradOutput = criterion.backward(output, y);
  model.zeroGradParameters();
  model.backward(x, gradOutput);
  print(`output       ${row(output)}`);
  print(`loss         ${loss.toFixed(4)}`);
  print(`dJ/doutput   ${row(gradOutput)}`);
  print(`gradWeight   ${row(weight.grad)}`);
  print(`gradBias     ${row(bias?.grad)}`);
  model.updateParameters(0.02);
  print(`after updateParameters(0.02)  weight ${row(weight)}  bias ${row(bias)}`);

  print('');
  print('iteration   loss          weight    bias');
  for (let i = 1; i <= 500; i++) {
    const predicted = model.forward(x);
    const current = criterion.forward(predicted, y);
    model.zeroGradParameters();
    model.backward(x, criterion.backward(predicted, y));
    model.updateParameters(0.02);
    if (i % 50 !== 0) continue;
    const [w, b] = [weight, bias as rg.Tensor].map((p) => p.item().toFixed(5));
    print(`${String(i).padStart(9)}   ${current.toPrecision(5).padEnd(12)}  ${w}   ${b}`);
  }
}

/** The elements, with four digits. */
function row(values: rg.Tensor | null | undefined): string {
  return Array.from(values?.detach().flatten().data ?? [], (v) => v.toFixed(4)).join('  ');
}

if (isProgram(module)) main(console.log);
