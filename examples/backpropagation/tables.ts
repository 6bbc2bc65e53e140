/*
 * Modules with several inputs, and one input that goes two ways: the gradients that arrive over both paths are added. Built
 * as graphs of nodes, and held to the tape's own gradient and to finite differences.
 *
 *     ts-node -T examples/backpropagation/tables.ts
 */

import { gradcheck } from '@retrograd/gradcheck';
import { Identity, Linear } from '@retrograd/nn';
import { graphModule, node } from '@retrograd/nn/graph';
import { CAddTable, CMulTable, layer } from '@retrograd/nn/layerwise';
import * as rg from 'retrograd';
import { isProgram, type Print } from './print.ts';

type Tensor = rg.Tensor;
const float64 = { dtype: 'float64' } as const;

export function main(print: Print): void {
  rg.manualSeed(3);
  sum(print);
  print('');
  product(print);
}

/** Two inputs through a Linear each, and their sum. */
function sum(print: Print): void {
  const [x1, x2] = [node(new Identity()), node(new Identity())];
  const [first, second] = [new Linear(3, 5, float64), new Linear(3, 5, float64)];
  const added = node(new CAddTable(), node(first, x1), node(second, x2));
  const graph = graphModule<Tensor[], Tensor>([x1, x2], [added]);
  const model = layer(graph);
  const inputs = [rg.randn([3], float64), rg.randn([3], float64)];
  const gradOutput = rg.randn([5], float64);

  print('Linear(3, 5)(x1) + Linear(3, 5)(x2)');
  model.forward(inputs);
  const gradInput = model.backward(inputs, gradOutput);
  gradInput.forEach((g, i) => print(`gradInput[${i}]   ${row(g)}`));

  const leaves = inputs.map((x) => x.clone().requiresGrad_());
  const y = first.forward(leaves[0]).add(second.forward(leaves[1]));
  const byTape = rg.grad(y, leaves, { gradOutputs: gradOutput });
  print(
    `the tape's own gradient: ${gradInput.every((g, i) => equal(g, byTape[i])) ? 'the same' : 'DIFFERENT'}`,
  );
  print(`finite differences: ${gradcheck(graph, [leaves]).verdict}`);
  try {
    model.forward(inputs[0] as never);
  } catch (error) {
    print(`a tensor where a table is due: ${(error as Error).message}`);
  }
}

/** x ⊙ Linear(100, n)(Linear(n, 100)(x)): x reaches the product over two paths. */
function product(print: Print): void {
  const n = 4;
  const [down, up] = [new Linear(n, 100, float64), new Linear(100, n, float64)];
  const x = node(new Identity());
  const graph = graphModule<Tensor, Tensor>([x], [node(new CMulTable(), x, node(up, node(down, x)))]);
  const model = layer(graph);
  const input = rg.randn([n], float64);
  const gradOutput = rg.randn([n], float64);

  print('x ⊙ Linear(100, 4)(Linear(4, 100)(x))');
  model.forward(input);
  const gradInput = model.backward(input, gradOutput);
  const straight = gradOutput.mul(up.forward(down.forward(input)).detach());
  const through = down.weight
    .t()
    .mv(up.weight.t().mv(gradOutput.mul(input)))
    .detach();
  print(`over the straight path   ${row(straight)}`);
  print(`through the layers       ${row(through)}`);
  print(`gradInput, their sum     ${row(gradInput)}`);

  const leaf = input.clone().requiresGrad_();
  const [byTape] = rg.grad(leaf.mul(up.forward(down.forward(leaf))), [leaf], { gradOutputs: gradOutput });
  print(`the tape's own gradient: ${equal(gradInput, byTape) ? 'the same' : 'DIFFERENT'}`);
  print(`the two paths by hand: ${rg.allclose(gradInput, straight.add(through)) ? 'the same' : 'DIFFERENT'}`);
  print(`finite differences: ${gradcheck((z: Tensor) => graph.forward(z), [leaf]).verdict}`);
}

const equal = (a: Tensor, b: Tensor): boolean => a.eq(b).all().item() === 1;

function row(x: Tensor): string {
  return Array.from(x.detach().data, (v) => v.toFixed(4).padStart(7)).join(' ');
}

if (isProgram(module)) main(console.log);
