/* Activation functions with straight pieces. Those that are no ops of their own are composed of others; at their kinks
 * they all do what PyTorch's do. */
import { kernels } from '@retrograd/kernels';
import { ShapeError } from '../errors.ts';
import { apply, defineOp } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, mul, sub, zerosOf } from './arithmetic.ts';
import { ge, gt, le, logicalAnd, logicalOr } from './compare.ts';
import { binaryLoop, packed, unaryLoop } from './loops.ts';
import { checkTensor, scalar, toFloat } from './promote.ts';
import { checkNotBool } from './unary.ts';
import { reshape } from './view.ts';
import { clamp, where } from './where.ts';

/** Its output says as well as its input where the gradient passes. */
export const reluOp = defineOp({
  name: 'relu',
  inputs: ['x'],
  shape: ([x]) => x.shape,
  forward: ([x], _, out) => unaryLoop(kernels.relu, x, out),
  saves: { x: ['out'] },
  vjp: { x: (g, { out }) => reluGrad(g, out) },
});

export const reluGradOp = defineOp({
  name: 'reluGrad',
  inputs: ['g', 'y'],
  shape: ([, y]) => y.shape,
  forward: ([g, y], _, out) => binaryLoop(kernels.reluGrad, g, y, out),
  saves: { g: ['y'] },
  vjp: { g: (gg, { y }) => reluGrad(gg, y), y: (gg) => zerosOf(gg) },
});

/** 0 where y ≤ 0, else g: the gradient of {@link relu} from its output y. */
function reluGrad(g: Tensor, y: Tensor): Tensor {
  return apply(reluGradOp, [g, y]);
}

/** Computes what clamp does; its gradient at the bounds is 0. */
export const hardtanhOp = defineOp({
  name: 'hardtanh',
  inputs: ['x'],
  shape: ([x], _attrs: { min: number; max: number }) => x.shape,
  forward: ([x], { min, max }, out) => {
    const p = packed(x);
    kernels.clamp(out.numel(), min, max, p.storage.array, p.offset, out.storage.array, out.offset);
  },
  saves: { x: ['x'] },
  vjp: { x: (g, { x, attrs: { min, max } }) => where(logicalOr(le(x, min), ge(x, max)), 0, g) },
});

/** max(x, 0), in x's dtype; the gradient at 0 is 0 (torch.relu). @throws DTypeError for bool tensors. */
export function relu(x: Tensor): Tensor {
  checkNotBool('relu', x);
  return apply(reluOp, [x]);
}

/** min(max(x, 0), 6), in x's dtype; the gradient at 0 and 6 is 0 (torch.nn.functional.relu6). */
export function relu6(x: Tensor): Tensor {
  checkNotBool('relu6', x);
  return apply(hardtanhOp, [x], { min: 0, max: 6 });
}

/**
 * min(max(x, minVal), maxVal), in x's dtype, −1 to 1 by default; the gradient at the bounds is 0
 * (torch.nn.functional.hardtanh).
 */
export function hardtanh(
  x: Tensor,
  options: { readonly minVal?: number; readonly maxVal?: number } = {},
): Tensor {
  checkNotBool('hardtanh', x);
  const { minVal = -1, maxVal = 1 } = options;
  return apply(hardtanhOp, [x], { min: minVal, max: maxVal });
}

/** x where x > 0, else negativeSlope·x; the slope is 0.01 by default (torch.nn.functional.leaky_relu). */
export function leakyRelu(x: Tensor, options: { readonly negativeSlope?: number } = {}): Tensor {
  const y = toFloat('leakyRelu', x);
  return mul(y, where(gt(y, 0), scalar(1, y.dtype), options.negativeSlope ?? 0.01));
}

/**
 * x where x > 0, else weight·x; weight has one element, or one for each channel, which is dim 1 of x
 * (torch.nn.functional.prelu).
 *
 * @throws ShapeError for a weight of another shape.
 */
export function prelu(x: Tensor, weight: Tensor): Tensor {
  const y = toFloat('prelu', x);
  checkTensor('prelu', weight);
  if (weight.ndim > 1) {
    throw new ShapeError(`prelu: Expected weight to be a scalar or 1D tensor, but got ndim = ${weight.ndim}`);
  }
  const channels = y.ndim > 1 ? y.shape[1] : 1;
  const count = weight.numel();
  if (count !== 1 && count !== channels) {
    throw new ShapeError(
      `prelu: Mismatch of parameter numbers and input channel size. Found parameter numbers = ${count} and ` +
        `channel size = ${channels}`,
    );
  }
  const slopes = reshape(weight, count === 1 ? [] : [count, ...new Array<number>(y.ndim - 2).fill(1)]);
  return mul(y, where(gt(y, 0), scalar(1, y.dtype), slopes));
}

/** min(max(x + 3, 0), 6) / 6; the gradient at ±3 is 0 (torch.nn.functional.hardsigmoid). */
export function hardsigmoid(x: Tensor): Tensor {
  return div(relu6(add(toFloat('hardsigmoid', x), 3)), 6);
}

/** x·min(max(x + 3, 0), 6) / 6 (torch.nn.functional.hardswish). */
export function hardswish(x: Tensor): Tensor {
  const y = toFloat('hardswish', x);
  return div(mul(y, clamp(add(y, 3), { min: 0, max: 6 })), 6);
}

/**
 * x moved towards 0 by lambd, and 0 where |x| ≤ lambd; 0.5 by default (torch.nn.functional.softshrink).
 *
 * @throws RangeError for a negative lambd.
 */
export function softshrink(x: Tensor, options: { readonly lambd?: number } = {}): Tensor {
  const y = toFloat('softshrink', x);
  const { lambd = 0.5 } = options;
  if (!(lambd >= 0))
    throw new RangeError(`softshrink: lambda must be greater or equal to 0, but found to be ${lambd}`);
  return sub(y, clamp(y, { min: -lambd, max: lambd }));
}

/** 0 where |x| ≤ lambd, else x; lambd is 0.5 by default (torch.nn.functional.hardshrink). */
export function hardshrink(x: Tensor, options: { readonly lambd?: number } = {}): Tensor {
  const y = toFloat('hardshrink', x);
  const { lambd = 0.5 } = options;
  return where(logicalAnd(ge(y, -lambd), le(y, lambd)), 0, y);
}

/** x where x > threshold, else value; in x's dtype (torch.nn.functional.threshold). */
export function threshold(x: Tensor, limit: number, value: number): Tensor {
  checkNotBool('threshold', x);
  return where(le(x, limit), scalar(value, x.dtype), x);
}
