/*
 * The pebble picture: which activations of a network of six layers are alive at each step of a forward and a backward
 * pass. A pebble is laid down where an activation is cached, and taken up when its layer's gradient is known. With
 * checkpoint, few are laid down on the way out, and the others again, a segment at a time, on the way back (Griewank and
 * Walther, Algorithm 799: revolve, 2000; Chen et al., Training Deep Nets with Sublinear Memory Cost, 2016).
 *
 * Nothing here is calculated from what should be so: at every step the garbage is collected, and what is left is counted.
 *
 *     ts-node -T examples/backpropagation/pebbles.ts
 */

import * as rg from 'retrograd';
import { Garden } from './garden.ts';
import { isProgram, type Print } from './print.ts';

type Tensor = rg.Tensor;

const LAYERS = 6;

export function main(print: Print): void {
  rg.manualSeed(6);
  const weights = Array.from({ length: LAYERS }, () => rg.randn([64, 64]).div(8).requiresGrad_());
  const x = rg.randn([32, 64]);
  const ways = [
    { name: 'all kept', segments: 0 },
    { name: 'checkpoint, two segments of three layers', segments: 2 },
    { name: 'checkpoint, each layer', segments: LAYERS },
  ];
  const gradients = ways.map(({ name, segments }) => {
    weights.forEach((weight) => (weight.grad = null));
    const garden = new Garden(LAYERS);
    const saved = train(weights, x, segments, garden);
    print(name);
    garden.lines().forEach((line) => print(line));
    print(
      `peak ${kib(garden.peak)}, ${garden.laid} layers computed, ${kib(saved)} saved by the tape's tanh lines`,
    );
    print('');
    return weights.map(({ grad }) => grad as Tensor);
  });
  const same = gradients.every((each) => each.every((g, i) => g.eq(gradients[0][i]).all().item() === 1));
  print(`the gradients: ${same ? 'the same' : 'DIFFERENT'} to the last bit`);
}

/**
 * One forward and one backward pass, watched.
 *
 * @param segments - In how many parts the layers are checkpointed; 0 for not at all.
 * @returns The bytes that the tape itself says it keeps for the layers, at the end of the forward pass.
 */
function train(weights: readonly Tensor[], x: Tensor, segments: number, garden: Garden): number {
  const loss = forward(weights, x, segments, garden);
  garden.look('loss');
  const lines = rg.tape(loss).lines.filter(({ op }) => op === 'tanh');
  loss.backward();
  garden.look('backward 1');
  return lines.reduce((sum, { savedBytes }) => sum + savedBytes, 0);
}

/** The loss, and with it the tape. What else this function has in hand goes when it returns. */
function forward(weights: readonly Tensor[], x: Tensor, segments: number, garden: Garden): Tensor {
  const length = LAYERS / (segments || 1);
  let h = x;
  for (let from = 0; from < LAYERS; from += length) {
    const segment = (input: Tensor): Tensor => {
      let inside = input;
      for (let i = from; i < from + length; i++) inside = activation(inside, weights[i], i, garden);
      return inside;
    };
    h = segments === 0 ? segment(h) : rg.checkpoint(segment, [h]);
  }
  return h.square().mean();
}

/** tanh(x Wᵀ), layer i from 0, whose rule keeps its output; the next layer's keeps the same as its input. */
function activation(x: Tensor, weight: Tensor, i: number, garden: Garden): Tensor {
  const y = rg.linear(x, weight).tanh();
  const again = garden.lay(i, y);
  garden.look(`${again ? 'again' : 'forward'} ${i + 1}`);
  // The gradient of this layer's output is complete when all of the next layer's backward is done.
  if (!again && i + 1 < LAYERS) y.registerHook(() => garden.look(`backward ${i + 2}`));
  return y;
}

const kib = (bytes: number): string => `${bytes / 1024} KiB`;

if (isProgram(module)) main(console.log);
