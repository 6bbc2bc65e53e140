/* In-place ops: those that have no out-of-place twin, and the names of those derived from one (methods.ts). */
import { categoryOf } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape, isBroadcastableTo } from '../shape.ts';
import { inPlace, twinOf } from '../tape/inplace.ts';
import { apply, defineOp } from '../tape/record.ts';
import { isGradEnabled } from '../tape/recording.ts';
import type { Tensor } from '../tensor.ts';
import { zerosOf } from './arithmetic.ts';
import { to } from './copy.ts';
import { copyInto } from './loops.ts';
import { scalar } from './promote.ts';

/** The ops that have an in-place form: `add` gives `x.add_(…)`, which writes `x.add(…)` into x. */
export const inPlaceNames = ['add', 'sub', 'mul', 'div', 'neg', 'scatter', 'scatterAdd', 'indexAdd', 'indexCopy', 'indexFill',
  'abs', 'sign', 'square', 'sqrt', 'rsqrt', 'reciprocal', 'exp', 'exp2', 'expm1', 'log', 'log2', 'log10', 'log1p', 'sigmoid', 'tanh', 'erf',
  'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'asinh', 'acosh', 'atanh', 'deg2rad', 'rad2deg', 'floor', 'ceil', 'round', 'trunc', 'frac',
  'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'logicalAnd', 'logicalOr', 'logicalXor', 'logicalNot', 'maskedFill', 'clamp', 'clampMin', 'clampMax', 'nanToNum',
  'pow', 'floatPower', 'atan2', 'hypot', 'copysign', 'fmod', 'remainder', 'xlogy', 'lerp', 'addcmul', 'addcdiv',
  'relu', 'leakyRelu', 'elu', 'celu', 'selu', 'hardtanh', 'threshold', 'logit', 'addmm', 'addmv', 'addbmm', 'baddbmm', 'indexPut', 'maskedScatter', 'put', 'tril', 'triu', 'cumsum', 'cumprod',
  'sinc', 'erfc', 'erfinv', 'lgamma', 'digamma', 'mvlgamma', 'ldexp', 'addr', 'renorm', 'scatterReduce', 'i0'] as const; // prettier-ignore

/**
 * Writes a result into x, in x's dtype: see {@link inPlace}. What a rule of `compute` saves of x is what x was before, as
 * with PyTorch: `x.mul_(2).sin_()` has a gradient.
 */
export function intoPlace(name: string, x: Tensor, compute: (x: Tensor) => Tensor): Tensor {
  return inPlace(name, x, () => {
    const before = isGradEnabled() ? twinOf(x) : x;
    const result = compute(before);
    if (before !== x && before.storage.saved) before.storage.array = before.storage.array.slice();
    if (categoryOf(result.dtype) > categoryOf(x.dtype)) {
      throw new DTypeError(
        `${name}: result type ${result.dtype} can't be cast to the desired output type ${x.dtype}`,
      );
    }
    const value = to(result, x.dtype);
    // A result without history (a comparison's) must not leave x with the one it had: its gradient is zero.
    const stale = isGradEnabled() && x.requiresGrad && !value.requiresGrad;
    return stale ? apply(copyOp, [x, value]) : value;
  });
}

export const copyOp = defineOp({
  name: 'copy_',
  inputs: ['x', 'src'],
  shape: ([x, src]) => {
    if (!isBroadcastableTo(src.shape, x.shape)) {
      throw new ShapeError(
        `copy_: shape ${formatShape(src.shape)} does not broadcast to ${formatShape(x.shape)}`,
      );
    }
    return x.shape;
  },
  forward: ([, src], _, out) => copyInto(src, out),
  broadcasts: true,
  vjp: { x: (g) => zerosOf(g), src: (g) => g },
});

/** Writes elements made elsewhere into x, which loses its history as far as they are concerned. */
export function overwrite(name: string, x: Tensor, src: Tensor): Tensor {
  return inPlace(name, x, () => apply(copyOp, [x, src]));
}

/** Overwrites x with the elements of src, broadcast and converted to x's dtype (torch.Tensor.copy_). */
export function copy_(x: Tensor, src: Tensor): Tensor {
  return overwrite('copy_', x, to(src, x.dtype));
}

/** Overwrites every element of x with a number (torch.Tensor.fill_). */
export function fill_(x: Tensor, value: number | boolean): Tensor {
  return overwrite('fill_', x, scalar(value, x.dtype));
}

/** Overwrites every element of x with 0 (torch.Tensor.zero_). */
export function zero_(x: Tensor): Tensor {
  return overwrite('zero_', x, scalar(0, x.dtype));
}
