/* Types: checked by the compiler, run for their values. */
import { ones, type Tensor } from '@retrograd/core';
import * as nn from '../../src/index.ts';
import {
  CAddTable,
  ConcatTable,
  layer,
  ParallelTable,
  Sequential,
  type Layerwise,
} from '../../src/layerwise/index.ts';

test('inputs, outputs and gradients have the types of the module', () => {
  const x = ones([3]);
  const linear = layer(new nn.Linear(3, 2));
  const y: Tensor = linear.forward(x);
  const g: Tensor = linear.backward(x, y);
  expect(g.shape).toEqual([3]);

  const net = new Sequential(new ConcatTable(new nn.Linear(3, 2), new nn.Linear(3, 2)), new CAddTable());
  const sum: Tensor = layer(net).forward(x);
  expect(sum.shape).toEqual([2]);
  // A chain from tensor to tensor is a layer for nn's own Sequential.
  const outer = new nn.Sequential(net, new nn.Tanh());
  expect(outer.forward(x).shape).toEqual([2]);

  const pair = layer(new ParallelTable(new nn.Linear(3, 2), new nn.Tanh()));
  const outputs: [Tensor, Tensor] = pair.forward([x, x]);
  const inputs: [Tensor, Tensor] = [x, x];
  const gradients: [Tensor, Tensor] = pair.backward(inputs, outputs);
  expect(gradients.map(({ shape }) => shape)).toEqual([[3], [3]]);

  const layers: Layerwise[] = [linear, pair, layer(net)];
  expect(layers).toHaveLength(3);
});

test('a state may follow the input, and be left out', () => {
  class Cell extends nn.Module {
    forward(x: Tensor, state?: readonly Tensor[]): Tensor {
      return state === undefined ? x : state.reduce((sum, each) => sum.add(each), x);
    }
  }
  const cell = layer(new Cell());
  const x = ones([2]);
  const alone: Tensor = cell.backward(x, cell.forward(x));
  expect(alone.shape).toEqual([2]);
  const input: [Tensor, Tensor[]] = [x, [x, x]];
  expect(cell.forward(input).toArray()).toEqual([3, 3]);
  const [own, [first]] = cell.backward(input, ones([2]));
  expect([own.toArray(), first.toArray()]).toEqual([[1, 1], [1, 1]]); // prettier-ignore
});
