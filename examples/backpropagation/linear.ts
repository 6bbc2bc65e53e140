/*
 * One Linear(2, 3) seen from inside: what its backward makes of a gradient, and that it is what the calculus says:
 * gradInput = Wᵀ g, gradWeight = g xᵀ, gradBias = g.
 *
 *     ts-node -T examples/backpropagation/linear.ts
 */

import { Linear } from '@retrograd/nn';
import { layer } from '@retrograd/nn/layerwise';
import * as rg from 'retrograd';
import { isProgram, type Print } from './print.ts';

export function main(print: Print): void {
  const linear = new Linear(2, 3);
  const { weight } = linear;
  const bias = linear.bias as rg.Tensor;
  rg.noGrad(() => {
    // With a digit more than is printed, as the results have it.
    weight.copy_(rg.tensor([[0.14534, 0.50624], [0.06353, 0.49113], [-0.108, 0.1747]])); // prettier-ignore
    bias.copy_(rg.tensor([0.2063, -0.1635, -0.0883]));
  });
  const model = layer(linear);
  const [input, gradOutput] = [rg.tensor([4, 5]), rg.tensor([1, 2, 3])];

  model.forward(input);
  model.zeroGradParameters();
  const gradInput = model.backward(input, gradOutput);
  print(`gradInput    ${rows(gradInput)}`);
  print(`gradWeight   ${rows(weight.grad)}`);
  print(`gradBias     ${rows(bias.grad)}`);

  const byHand = {
    gradInput: weight.detach().t().mv(gradOutput),
    gradWeight: gradOutput.outer(input),
    gradBias: gradOutput,
  };
  const found = { gradInput, gradWeight: weight.grad, gradBias: bias.grad };
  for (const name of ['gradInput', 'gradWeight', 'gradBias'] as const) {
    const same = rg.allclose(found[name] as rg.Tensor, byHand[name]);
    print(`${name} is ${same ? '' : 'NOT '}what the formula says`);
  }

  model.updateParameters(0.02);
  print(`after updateParameters(0.02)`);
  print(`weight       ${rows(weight)}`);
  print(`bias         ${rows(bias)}`);
  model.zeroGradParameters();
  print(`after zeroGradParameters()`);
  print(`gradWeight   ${rows(weight.grad)}`);
}

/** The elements with four digits, rows divided by bars. */
function rows(x: rg.Tensor | null): string {
  if (x === null) return 'null';
  const lines = (x.ndim === 1 ? x.unsqueeze(0) : x).detach().unbind();
  return lines.map((line) => Array.from(line.data, (v) => v.toFixed(4)).join('  ')).join('  |  ');
}

if (isProgram(module)) main(console.log);
