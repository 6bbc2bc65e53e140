/* Elements combined where an index sends them: sums, means, products, extremes. */
import { kernels } from '@retrograd/kernels';
import { onesLike } from '../creation.ts';
import { isFloating, type DType } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { formatShape, normalizeDim, sameShape } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { indexArray, type Tensor } from '../tensor.ts';
import { div, mul } from './arithmetic.ts';
import { expand } from './broadcast.ts';
import { eq, logicalAnd } from './compare.ts';
import { to } from './copy.ts';
import { checkFit, checkIndexAlong, corner, gather, oneDim, scatter, scatterAdd } from './gather.ts';
import { copyInto, packed } from './loops.ts';
import { checkTensor } from './promote.ts';
import { reshape } from './view.ts';
import { clampMin, where } from './where.ts';

interface ScatterReduceAttrs {
  readonly dim: number;
  readonly reduce: 'prod' | 'amax' | 'amin';
}

export const scatterReduceOp = defineOp({
  name: 'scatterReduce',
  inputs: ['x', 'index', 'src'],
  shape: ([x, index, src], { dim }: ScatterReduceAttrs) => {
    checkFit('scatterReduce', x.shape, index.shape, dim, src.shape);
    return x.shape;
  },
  forward: ([x, index, src], { dim, reduce }, out) => {
    copyInto(x, out);
    const i = packed(index);
    kernels.scatterReduce(
      oneDim(index.shape), dim, indexArray(i), i.offset, src.storage.array, src.offset, oneDim(src.strides),
      out.storage.array, out.offset, oneDim(out.strides), reduce,
    ); // prettier-ignore
  },
  saves: { x: ['x', 'index', 'src', 'out'], src: ['x', 'index', 'src', 'out'] },
  vjp: {
    x: (g, { x, index, src, out, attrs }) => {
      if (attrs.reduce !== 'prod') return mul(shares(g, x, index, src, out, attrs.dim), eq(x, out));
      const factor = where(eq(x, 0), 1, x);
      return div(mul(g, reduced(factor, index, src, attrs)), factor);
    },
    index: null,
    src: (g, { x, index, src, out, attrs }) => {
      const { dim } = attrs;
      if (attrs.reduce !== 'prod') {
        const arriving = gather(shares(g, x, index, src, out, dim), dim, index);
        return mul(arriving, eq(src, gather(out.detach(), dim, index)));
      }
      // A zero that is alone among its factors gets the product of the others; beside a second one all get nothing.
      const zero = eq(src, 0);
      const zeros = scatterAdd(mul(onesLike(x), 0), dim, index, to(zero, x.dtype));
      const alone = logicalAnd(zero, eq(gather(zeros, dim, index), 1));
      const others = reduced(x, index, where(alone, 1, src), attrs);
      const ofOthers = gather(mul(g, others), dim, index);
      return where(alone, ofOthers, div(gather(mul(g, out), dim, index), where(zero, 1, src)));
    },
  },
});

function reduced(x: Tensor, index: Tensor, src: Tensor, attrs: ScatterReduceAttrs): Tensor {
  return apply(scatterReduceOp, [x, index, src], attrs);
}

/** The cotangent of each extreme divided by how many elements attain it. */
function shares(g: Tensor, x: Tensor, index: Tensor, src: Tensor, out: Tensor, dim: number): Tensor {
  const y = out.detach();
  const arriving = to(eq(src, gather(y, dim, index)), g.dtype);
  return div(g, scatterAdd(to(eq(x, y), g.dtype), dim, index, arriving));
}

/** How elements that meet are combined. */
export type ScatterReduction = 'sum' | 'mean' | 'prod' | 'amax' | 'amin';

/** Options of {@link scatterReduce}. */
export interface ScatterReduceOptions {
  /** Whether x's own elements are combined with those that arrive, or replaced by them. Default true. */
  readonly includeSelf?: boolean;
}

const LEAST: Record<DType, number> = {
  float32: -Infinity, float64: -Infinity, int32: -(2 ** 31), uint8: 0, bool: 0,
}; // prettier-ignore
const GREATEST: Record<DType, number> = {
  float32: Infinity, float64: Infinity, int32: 2 ** 31 - 1, uint8: 255, bool: 1,
}; // prettier-ignore

/** What changes nothing when it is combined. */
function neutral(reduce: ScatterReduction, dtype: DType): number {
  if (reduce === 'amax') return LEAST[dtype];
  if (reduce === 'amin') return GREATEST[dtype];
  return reduce === 'prod' ? 1 : 0;
}

/**
 * x with the slices of `source` along a dim combined into those of x that `index` (1-d) names: multiplied, averaged, or
 * the extreme taken (torch.index_reduce).
 *
 * @throws as {@link scatterReduce}; ShapeError unless source has one slice for each index, of the shape of x's.
 */
export function indexReduce(
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  reduce: ScatterReduction,
  options: ScatterReduceOptions = {},
): Tensor {
  checkTensor('indexReduce', x);
  checkTensor('indexReduce', index);
  checkTensor('indexReduce', source);
  const at = normalizeDim('indexReduce', dim, x.ndim);
  const slices = x.shape.map((n, d) => (d === at ? index.numel() : n));
  if (index.ndim > 1 || !sameShape(source.shape, slices)) {
    throw new ShapeError(
      `indexReduce: expected a vector of indices and as many slices of the input's shape along dim ${at}, got index ` +
        `${formatShape(index.shape)} and source ${formatShape(source.shape)} for ${formatShape(x.shape)}`,
    );
  }
  const along = reshape(
    index,
    slices.map((n, d) => (d === at ? n : 1)),
  );
  return scatterReduce(x, at, expand(along, slices), source, reduce, options);
}

/**
 * x with src combined into out[index[i][j][k]][j][k] for dim = 0, and so on: summed, averaged, multiplied, or the extreme
 * taken (torch.scatter_reduce). src is at least as large as index. Elements that attain an extreme share its gradient.
 *
 * @throws ShapeError if index or src do not fit, RangeError for an index that is out of bounds, DTypeError unless index
 * is int32 and src has x's dtype, TypeError for another `reduce`.
 */
export function scatterReduce(
  x: Tensor,
  dim: number,
  index: Tensor,
  src: Tensor,
  reduce: ScatterReduction,
  options: ScatterReduceOptions = {},
): Tensor {
  checkTensor('scatterReduce', x);
  checkTensor('scatterReduce', src);
  const at = checkIndexAlong('scatterReduce', x, dim, index);
  if (!['sum', 'mean', 'prod', 'amax', 'amin'].includes(reduce)) {
    throw new TypeError(
      `scatterReduce: reduce argument must be either sum, prod, mean, amax or amin, got ${String(reduce)}`,
    );
  }
  const { includeSelf = true } = options;
  const values = corner('scatterReduce', x, index, src);
  checkFit('scatterReduce', x.shape, index.shape, at, values.shape);
  const start = includeSelf ? x : scatter(x, at, index, neutral(reduce, x.dtype));
  if (reduce !== 'sum' && reduce !== 'mean') {
    return reduced(start, index, values, { dim: at, reduce });
  }
  const total = scatterAdd(start, at, index, values);
  if (reduce === 'sum') return total;
  const own = includeSelf ? onesLike(x) : scatter(onesLike(x), at, index, 0);
  const counts = clampMin(scatterAdd(own, at, index, onesLike(values)), 1);
  return isFloating(x.dtype) ? div(total, counts) : div(total, counts, { roundingMode: 'floor' });
}
