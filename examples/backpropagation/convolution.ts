/*
 * A convolution is a matrix product with the image's patches written out as columns. Its two gradients are products as well,
 * and col2im, which adds the columns back into an image. Every intermediate, beside what conv2d itself gives.
 *
 *     ts-node -T examples/backpropagation/convolution.ts
 */

import * as rg from 'retrograd';
import { isProgram, type Print } from './print.ts';

type Tensor = rg.Tensor;

/** A way of convolving a 3×9×9 image with ten 3×3 kernels. */
interface Way {
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

const KERNEL = 3;
const PLANES = 10;

export function main(print: Print): void {
  rg.manualSeed(0);
  // Small integers: every sum is exact, and "equal" below means to the last bit.
  const image = rg.randint(-4, 5, [3, 9, 9]).to('float64');
  const weight = rg.randint(-4, 5, [PLANES, 3, KERNEL, KERNEL]).to('float64');
  for (const way of [
    { stride: 3, padding: 0, dilation: 1 },
    { stride: 1, padding: 0, dilation: 1 },
    { stride: 1, padding: 1, dilation: 1 },
    { stride: 2, padding: 2, dilation: 2 },
  ]) {
    fromInside(image, weight, way, print);
    print('');
  }
}

function fromInside(image: Tensor, weight: Tensor, way: Way, print: Print): void {
  const { stride, padding, dilation } = way;
  print(`stride ${stride}, padding ${padding}, dilation ${dilation}`);
  const x = image.clone().requiresGrad_();
  const w = weight.clone().requiresGrad_();
  const output = rg.conv2d(x, w, null, way);
  const [planes, height, width] = output.shape;
  const gradOutput = rg.randint(-4, 5, output.shape).to('float64');
  output.backward(gradOutput);

  // Forward: the patches as columns, the kernels as rows.
  const columns = rg.im2col(image.unsqueeze(0), KERNEL, way).squeeze(0);
  const kernels = weight.flatten(1);
  say(print, 'columns = im2col(image)', columns, patchSums(columns));
  const product = kernels.matmul(columns);
  say(
    print,
    'output = weight · columns',
    product,
    equality(product.reshape([planes, height, width]), output),
  );

  // Backward: both gradients are products with the columns' place in the forward one.
  const g = gradOutput.flatten(1);
  const gradColumns = kernels.t().matmul(g);
  say(print, 'gradColumns = weightᵀ · gradOutput', gradColumns, patchSums(gradColumns));
  const gradImage = rg.col2im(gradColumns.unsqueeze(0), [9, 9], KERNEL, way).squeeze(0);
  say(print, 'gradInput = col2im(gradColumns)', gradImage, equality(gradImage, x.grad));
  const gradWeight = g.matmul(columns.t());
  say(
    print,
    'gradWeight = gradOutput · columnsᵀ',
    gradWeight,
    equality(gradWeight.reshape(weight.shape), w.grad),
  );
  const overlap = rg.col2im(rg.onesLike(columns).unsqueeze(0), [9, 9], KERNEL, way).squeeze(0).select(0, 0);
  print(`  a pixel is in up to ${overlap.max().item()} patches; col2im adds up what each of them returns`);
}

function say(print: Print, what: string, x: Tensor, about: string): void {
  print(`  ${what.padEnd(36)} ${`[${x.shape.join(' × ')}]`.padEnd(13)} ${about}`);
}

/** What a reader can compare a run with: the sum of all, and the first column. */
function patchSums(columns: Tensor): string {
  const first = Array.from(columns.select(1, 0).slice(0, 0, 4).contiguous().data);
  return `sum ${columns.sum().item()}, first column ${first.join(', ')}, …`;
}

function equality(found: Tensor, expected: Tensor | null): string {
  const same = expected !== null && found.eq(expected.detach()).all().item() === 1;
  return same ? "equal to conv2d's" : "NOT conv2d's";
}

if (isProgram(module)) main(console.log);
