/* The p-norm of vectors. */
import { kernels } from '@retrograd/kernels';
import { isFloating } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape, reducedShape } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { allocateTensor, type Tensor } from '../tensor.ts';
import { div, mul, sub, zerosOf } from './arithmetic.ts';
import { eq, isnan, logicalOr } from './compare.ts';
import { abs, sign } from './elementwise.ts';
import { binaryLoop, copyInto, reduceLoop, unaryLoop } from './loops.ts';
import { svdvals } from './linalg/svd.ts';
import { pow } from './power.ts';
import { scalar } from './promote.ts';
import { countOf, reduced, spread, sum, type Dims, type Reduced, type ReduceOptions } from './reduce.ts';
import { movedim, unsqueeze } from './view.ts';
import { clampMin, where } from './where.ts';

interface NormAttrs extends Reduced {
  readonly p: number;
}

export const normOp = defineOp({
  name: 'norm',
  inputs: ['x'],
  shape: ([x], { dims, keepdim }: NormAttrs) => reducedShape(x.shape, dims, keepdim),
  forward: ([x], attrs, out) => normInto(x, attrs, out),
  saves: { x: ['x', 'out'] },
  vjp: {
    x: (g, { x, out, attrs }) => {
      const { p } = attrs;
      const whole = (y: Tensor): Tensor => spread(y, x.shape, attrs);
      if (p === 0) return zerosOf(whole(g));
      if (p === 1) return mul(whole(g), sign(x));
      if (p === Infinity || p === -Infinity) {
        const size = abs(x.detach());
        const mask = logicalOr(eq(size, whole(out.detach())), isnan(size));
        const ties = clampMin(sum(mask, attrs.dims, attrs), 1);
        return mul(mul(whole(div(g, ties)), sign(x)), mask);
      }
      // The gradient is 0 where the norm is. A 1 stands in there, so that no 0/0 arises in any order.
      const zero = eq(out, 0);
      const safe = where(zero, 1, out);
      if (p === 2) return mul(whole(where(zero, 0, div(g, safe))), x);
      const factor = where(zero, 0, mul(g, pow(safe, 1 - p)));
      return mul(whole(factor), mul(sign(x), pow(where(eq(x, 0), 1, abs(x)), p - 1)));
    },
  },
});

function normInto(x: Tensor, { p, dims }: NormAttrs, out: Tensor): void {
  if (countOf(x.shape, dims) === 0) return;
  const terms = allocateTensor(x.shape, x.dtype);
  if (p === 2) {
    unaryLoop(kernels.square, x, terms);
    reduceLoop(kernels.sum, terms, dims, out);
    return unaryLoop(kernels.sqrt, out, out);
  }
  unaryLoop(kernels.abs, x, terms);
  if (p === Infinity) return reduceLoop(kernels.amax, terms, dims, out);
  if (p === -Infinity) return reduceLoop(kernels.amin, terms, dims, out);
  if (p === 0) {
    const counted = allocateTensor(x.shape, 'bool'); // NaN counts, as in PyTorch.
    binaryLoop(kernels.ne, x, scalar(0, x.dtype), counted);
    copyInto(counted, terms);
  } else if (p !== 1) binaryLoop(kernels.pow, terms, scalar(p, x.dtype), terms);
  reduceLoop(kernels.sum, terms, dims, out);
  if (p !== 0 && p !== 1) binaryLoop(kernels.pow, out, scalar(1 / p, x.dtype), out);
}

/** Options of {@link norm}. */
export interface NormOptions extends ReduceOptions {
  /** Where it is not given by position. Default 2. */
  readonly p?: number | 'fro' | 'nuc';
}

/**
 * The vector norm (Σ |x|ᵖ)^(1/p), over all elements or over the given dims (torch.norm). p = 2, or 'fro', is the
 * Euclidean (Frobenius) norm, 'nuc' the sum of a matrix's singular values, p = inf and −inf are the greatest and the least |x|, p = 0 counts what is not 0. 0 where
 * there are no elements. The gradient is 0 where the norm is 0.
 *
 *     norm(x)   norm(x, 1)   norm(x, 2, 1, { keepdim: true })   norm(x, { dim: 1 })
 *
 * @throws DTypeError unless x is floating; TypeError for another p; ShapeError for a dim that is out of range.
 */
export function norm(
  x: Tensor,
  p?: number | 'fro' | 'nuc' | NormOptions,
  dim?: Dims | NormOptions,
  options?: NormOptions,
): Tensor {
  if (typeof p === 'object') return norm(x, p.p, p);
  const attrs = reduced('norm', x, dim, options);
  if (!isFloating(x.dtype)) {
    throw new DTypeError(
      `norm: input dtype should be either floating point or complex. Got ${x.dtype} instead`,
    );
  }
  if (p === 'nuc') return nuclearNorm(x, attrs);
  const exponent = p === undefined || p === 'fro' ? 2 : p;
  if (typeof exponent !== 'number' || Number.isNaN(exponent)) {
    throw new TypeError(`norm: only 'fro', 'nuc' and numbers are valid for p, found ${String(exponent)}`);
  }
  return apply(normOp, [x], { ...attrs, p: exponent });
}

/** The sum of the singular values of the matrices in two dims. */
function nuclearNorm(x: Tensor, { dims, keepdim }: Reduced): Tensor {
  if (dims.length !== 2) {
    throw new ShapeError(
      `norm: the nuclear norm is one of matrices, in two dims, got ${dims.length} of shape ${formatShape(x.shape)}`,
    );
  }
  const norms = sum(svdvals(movedim(x, dims, [-2, -1])), -1);
  return keepdim ? dims.reduce((y, d) => unsqueeze(y, d), norms) : norms;
}

/**
 * The norm of the difference of two tensors, broadcast (torch.dist): see {@link norm}. p is 2 unless given.
 *
 * @throws DTypeError unless the difference is floating.
 */
export function dist(a: Tensor, b: Tensor, options: number | { readonly p?: number } = {}): Tensor {
  return norm(sub(a, b), typeof options === 'number' ? options : options.p);
}
