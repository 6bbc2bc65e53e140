import { reference, supports, type Conv2dGeometry, type Kernels } from '../src/index.ts';
import { convOn } from '../src/wasm/conv.ts';
import { LIMITS, NO_LIMITS } from '../src/wasm/limits.ts';
import { Machine } from '../src/wasm/machine.ts';
import { winogradOn } from '../src/wasm/winograd.ts';
import { Random } from './conformance/check.ts';

// Minimal filtering beside the patches it stands in for; that both are right is the conformance suite's business.

type Conv = Pick<Kernels, 'conv2d' | 'conv2dInputGrad' | 'conv2dWeightGrad'>;

const runs = supports('simd') ? test : test.skip;

function convolutions(): { patches: Conv; filtering: Conv } {
  const machine = new Machine(() => 'simd');
  const patches = convOn(machine, LIMITS, reference);
  return { patches, filtering: winogradOn(machine, NO_LIMITS, patches) };
}

function layer(channels: number, size: number, batch: number): Conv2dGeometry {
  return {
    height: size, width: size, outHeight: size, outWidth: size, batch, inChannels: channels, outChannels: channels,
    kernelHeight: 3, kernelWidth: 3, strideHeight: 1, strideWidth: 1, padTop: 1, padLeft: 1, dilationHeight: 1,
    dilationWidth: 1, groups: 1,
  }; // prettier-ignore
}

/** x (as long as a cotangent) and weights. */
type Operands<T> = readonly [x: T, g: T, weight: T];

function draw(w: Conv2dGeometry, seed: number): Operands<Float32Array> {
  const random = new Random(seed);
  const planes = w.batch * w.inChannels * w.height * w.width;
  const fill = (length: number): Float32Array => Float32Array.from(random.uniforms(length, -1, 1));
  return [fill(planes), fill(planes), fill(w.inChannels * w.outChannels * 9)];
}

/** Values, the input's gradient, the weights' gradient. */
function all<T extends Float32Array | Float64Array>(k: Conv, w: Conv2dGeometry, [x, g, weight]: Operands<T>): T[] {
  const results = [x, x, weight].map((like) => like.slice() as T);
  k.conv2d(w, x, 0, weight, 0, null, 0, results[0], 0);
  k.conv2dInputGrad(w, g, 0, weight, 0, results[1], 0);
  k.conv2dWeightGrad(w, g, 0, x, 0, results[2], 0);
  return results;
} // prettier-ignore

const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.hypot(...Array.from(a, (x, i) => x - b[i]));

runs.each([
  [16, 14, 3],
  [64, 8, 2],
])('with %d channels filtering is as accurate as patches are', (channels, size, batch) => {
  const { patches, filtering } = convolutions();
  const w = layer(channels, size, batch);
  const operands = draw(w, channels);
  const [x, g, weight] = operands.map((a) => Float64Array.from(a));
  const exact = all(reference, w, [x, g, weight]);
  const byPatches = all(patches, w, operands);
  all(filtering, w, operands).forEach((result, i) => {
    expect(result).not.toEqual(byPatches[i]); // or it was not used
    expect(distance(result, exact[i])).toBeLessThan(1.3 * distance(byPatches[i], exact[i]));
  });
});

runs('what other calls left in the memory changes nothing', () => {
  const { filtering } = convolutions();
  const w = layer(9, 7, 3);
  const operands = draw(w, 3);
  const before = all(filtering, w, operands);
  const other = layer(13, 10, 2);
  const spoilt = draw(other, 4);
  for (const operand of spoilt) operand.fill(NaN);
  all(filtering, other, spoilt);
  expect(all(filtering, w, operands)).toEqual(before);
});

runs('a call with a result that is not finite, or enormous, is done by patches', () => {
  const { patches, filtering } = convolutions();
  const w = layer(8, 12, 3);
  for (const value of [NaN, Infinity, -3e38, 1e21]) {
    const operands = draw(w, 5);
    for (const operand of operands) operand[700 % operand.length] = value;
    const [byPatches, results] = [patches, filtering].map((k) => all(k, w, operands));
    expect(results).toEqual(byPatches);
  }
});
