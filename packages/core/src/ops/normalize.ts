/* Scaling to a common size: layerNorm, rmsNorm, normalize, cosineSimilarity. */
import { kernels } from '@retrograd/kernels';
import { isFloating } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape, numelOf, reducedShape, sameShape, type Shape } from '../shape.ts';
import { apply, applyAll, defineMultiOp, defineOp } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, mul, neg, sub } from './arithmetic.ts';
import { broadcastTensors } from './broadcast.ts';
import { rsqrt, square } from './elementwise.ts';
import { packed } from './loops.ts';
import { norm } from './norm.ts';
import { checkTensor, promotedFloat } from './promote.ts';
import { mean, sum } from './reduce.ts';
import { select } from './slice.ts';
import { clampMin } from './where.ts';

interface StandardizeAttrs {
  readonly dims: readonly number[];
  readonly eps: number;
}

/**
 * (x − mean)·rstd over some dims, and rstd = 1/√(variance + eps) itself. The dims that are not among `dims` are
 * neighbours. The rule reads only these two.
 */
export const standardizeOp = defineMultiOp({
  name: 'standardize',
  inputs: ['x'],
  outputs: ['out', 'rstd'],
  shape: ([x], { dims }: StandardizeAttrs) => [x.shape, reducedShape(x.shape, dims, true)] as const,
  dtype: ([x]) => [x.dtype, x.dtype] as const,
  forward: ([x], { dims, eps }, out, rstd) => standardizeInto(x, dims, eps, out, rstd, null),
  saves: { x: ['out', 'rstd'] },
  vjp: {
    x: (_, { out, rstd, attrs, cotangents: [g, gr] }) => fromOutAndRstd(g, gr, out, rstd, attrs),
  },
});

/** {@link standardizeOp} that also gives `moments` [2, …]: the means, then the (biased) variances, in rstd's shape each. */
export const standardizeMomentsOp = defineMultiOp({
  name: 'standardizeMoments',
  inputs: ['x'],
  outputs: ['out', 'rstd', 'moments'],
  shape: ([x], { dims }: StandardizeAttrs) => {
    const shape = reducedShape(x.shape, dims, true);
    return [x.shape, shape, [2, ...shape]] as const;
  },
  dtype: ([x]) => [x.dtype, x.dtype, x.dtype] as const,
  forward: ([x], { dims, eps }, out, rstd, moments) => standardizeInto(x, dims, eps, out, rstd, moments),
  saves: { x: ['out', 'rstd'] },
  vjp: {
    x: (_, { out, rstd, attrs, cotangents: [g, gr, gm] }) => {
      const rest = fromOutAndRstd(g, gr, out, rstd, attrs);
      if (gm === null) return rest;
      // The variance's derivative is 2(x − mean)/n, and x − mean is out / rstd.
      const slope = mul(div(out, rstd), mul(select(gm, 0, 1), 2));
      const toMoments = div(add(slope, select(gm, 0, 0)), out.numel() / rstd.numel());
      return rest === null ? toMoments : add(rest, toMoments);
    },
  },
});

function standardizeInto(
  x: Tensor,
  dims: readonly number[],
  eps: number,
  out: Tensor,
  rstd: Tensor,
  moments: Tensor | null,
): void {
  const { outer, channels, inner } = channelsOf(x.shape, dims);
  const { storage, offset } = packed(x);
  kernels.standardize(
    outer, channels, inner, eps, storage.array, offset, out.storage.array, out.offset, rstd.storage.array, rstd.offset,
    moments?.storage.array ?? null, moments?.offset ?? 0,
  ); // prettier-ignore
}

/** What the cotangents of the standardised x and of rstd give for x. */
function fromOutAndRstd(
  g: Tensor | null,
  gr: Tensor | null,
  out: Tensor,
  rstd: Tensor,
  attrs: StandardizeAttrs,
): Tensor | null {
  const toRstd = gr === null ? null : mul(out, mul(gr, div(square(rstd), -out.numel() / rstd.numel())));
  if (g === null) return toRstd;
  const toOut = standardizeGrad(g, out, rstd, attrs);
  return toRstd === null ? toOut : add(toOut, toRstd);
}

export const standardizeGradOp = defineOp({
  name: 'standardizeGrad',
  inputs: ['g', 'y', 'rstd'],
  shape: ([, y], _attrs: StandardizeAttrs) => y.shape,
  forward: ([g, y, rstd], { dims }, out) => {
    const { outer, channels, inner } = channelsOf(y.shape, dims);
    const [u, v, rates] = [packed(g), packed(y), packed(rstd)];
    kernels.standardizeGrad(
      outer, channels, inner, u.storage.array, u.offset, v.storage.array, v.offset, rates.storage.array, rates.offset,
      out.storage.array, out.offset,
    ); // prettier-ignore
  },
  saves: { g: ['y', 'rstd'], y: ['g', 'y', 'rstd'], rstd: ['g', 'y'] },
  vjp: {
    // As a map of g it is its own adjoint.
    g: (u, { y, rstd, attrs }) => standardizeGrad(u, y, rstd, attrs),
    y: (u, { g, y, rstd, attrs: { dims } }) =>
      neg(mul(add(mul(u, average(mul(g, y), dims)), mul(g, average(mul(u, y), dims))), rstd)),
    rstd: (u, { g, y, attrs: { dims } }) =>
      sum(mul(u, sub(sub(g, average(g, dims)), mul(y, average(mul(g, y), dims)))), dims, { keepdim: true }),
  },
});

/** (g − mean g − y·mean(g·y))·rstd: the gradient of standardisation from its output y. */
function standardizeGrad(g: Tensor, y: Tensor, rstd: Tensor, attrs: StandardizeAttrs): Tensor {
  return apply(standardizeGradOp, [g, y, rstd], attrs);
}

function average(x: Tensor, dims: readonly number[]): Tensor {
  return mean(x, dims, { keepdim: true });
}

/** A shape whose kept dims are neighbours, seen as what comes before, within and after them. */
function channelsOf(
  shape: Shape,
  dims: readonly number[],
): { outer: number; channels: number; inner: number } {
  const kept = [...shape.keys()].filter((d) => !dims.includes(d));
  if (kept.length === 0) return { outer: 1, channels: 1, inner: numelOf(shape) };
  const [first, end] = [kept[0], kept[kept.length - 1] + 1];
  return {
    outer: numelOf(shape.slice(0, first)),
    channels: numelOf(shape.slice(first, end)),
    inner: numelOf(shape.slice(end)),
  };
}

/** Options of {@link layerNorm}. */
export interface LayerNormOptions {
  /** Multiplies the standardised x; of shape `normalizedShape`. Default none. */
  readonly weight?: Tensor | null;
  /** Is added last; of shape `normalizedShape`. Default none. */
  readonly bias?: Tensor | null;
  /** Is added to the variance. Default 1e-5. */
  readonly eps?: number;
}

/**
 * (x − mean) / √(variance + eps)·weight + bias, with mean and (biased) variance over the last dims, those of
 * `normalizedShape` (torch.nn.functional.layer_norm).
 *
 * @throws ShapeError unless x ends in normalizedShape, which weight and bias must have; DTypeError unless x is floating.
 */
export function layerNorm(
  x: Tensor,
  normalizedShape: number | Shape,
  options: LayerNormOptions = {},
): Tensor {
  const { weight = null, bias = null, eps = 1e-5 } = options;
  const dims = normalizedDims('layerNorm', x, normalizedShape, { weight, bias });
  const [out] = applyAll(standardizeOp, [x], { dims, eps });
  const scaled = weight === null ? out : mul(out, weight);
  return bias === null ? scaled : add(scaled, bias);
}

/** Options of {@link rmsNorm}. */
export interface RmsNormOptions {
  /** Multiplies the result; of shape `normalizedShape`. Default none. */
  readonly weight?: Tensor | null;
  /** Is added to the mean square. Default the machine epsilon of x's dtype. */
  readonly eps?: number | null;
}

/**
 * x / √(mean of x² + eps)·weight over the last dims, those of `normalizedShape` (torch.nn.functional.rms_norm).
 *
 * @throws ShapeError unless x ends in normalizedShape, which weight must have; DTypeError unless x is floating.
 */
export function rmsNorm(x: Tensor, normalizedShape: number | Shape, options: RmsNormOptions = {}): Tensor {
  const { weight = null } = options;
  const dims = normalizedDims('rmsNorm', x, normalizedShape, { weight });
  const eps = options.eps ?? (x.dtype === 'float32' ? 2 ** -23 : 2 ** -52);
  const scaled = mul(x, rsqrt(add(mean(square(x), dims, { keepdim: true }), eps)));
  return weight === null ? scaled : mul(scaled, weight);
}

/** The dims of x that `normalizedShape` names: its last ones. */
function normalizedDims(
  op: string,
  x: Tensor,
  normalizedShape: number | Shape,
  parameters: Readonly<Record<string, Tensor | null>>,
): number[] {
  checkTensor(op, x);
  if (!isFloating(x.dtype)) throw new DTypeError(`${op}: expected a floating point tensor, got ${x.dtype}`);
  const wanted = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  if (wanted.length === 0) {
    throw new ShapeError(
      `${op}: Expected normalizedShape to be at least 1-dimensional, i.e., containing at least one element, but got []`,
    );
  }
  const first = x.ndim - wanted.length;
  if (first < 0 || !sameShape(x.shape.slice(first), wanted)) {
    throw new ShapeError(
      `${op}: Given normalizedShape=${formatShape(wanted)}, expected input with shape [*, ${wanted.join(', ')}], ` +
        `but got input of size ${formatShape(x.shape)}`,
    );
  }
  for (const [name, parameter] of Object.entries(parameters)) {
    if (parameter === null) continue;
    checkTensor(op, parameter);
    if (!sameShape(parameter.shape, wanted)) {
      throw new ShapeError(
        `${op}: Expected ${name} to be of same shape as normalizedShape, but got ${name} of shape ` +
          `${formatShape(parameter.shape)} and normalizedShape = ${formatShape(wanted)}`,
      );
    }
  }
  return wanted.map((_, i) => first + i);
}

/** Options of {@link normalize}. */
export interface NormalizeOptions {
  /** The exponent of the norm. Default 2. */
  readonly p?: number;
  /** The dim or dims along which vectors lie. Default 1. */
  readonly dim?: number | readonly number[];
  /** The least divisor. Default 1e-12. */
  readonly eps?: number;
}

/** x / max(‖x‖ₚ, eps) along dim (torch.nn.functional.normalize). */
export function normalize(x: Tensor, { p = 2, dim = 1, eps = 1e-12 }: NormalizeOptions = {}): Tensor {
  checkTensor('normalize', x);
  return div(x, clampMin(norm(x, p, dim, { keepdim: true }), eps));
}

/** Options of {@link cosineSimilarity}. */
export interface CosineSimilarityOptions {
  /** The dim along which vectors lie. Default 1. */
  readonly dim?: number;
  /** The least divisor. Default 1e-8. */
  readonly eps?: number;
}

/**
 * a·b / (max(‖a‖, eps)·max(‖b‖, eps)) along dim, broadcast (torch.nn.functional.cosine_similarity).
 */
export function cosineSimilarity(a: Tensor, b: Tensor, options: CosineSimilarityOptions = {}): Tensor {
  const { dim = 1, eps = 1e-8 } = options;
  const [x, y] = broadcastTensors(promotedFloat('cosineSimilarity', a, b));
  const unit = (v: Tensor): Tensor => {
    const length = norm(v, 2, dim, { keepdim: true });
    // As in PyTorch the bound changes the value, not the gradient.
    return div(v, add(length, sub(clampMin(length, eps), length).detach()));
  };
  return sum(mul(unit(x), unit(y)), dim);
}

/** Options of {@link pairwiseDistance}. */
export interface PairwiseDistanceOptions {
  /** The exponent of the norm. Default 2. */
  readonly p?: number;
  /** Is added to every difference. Default 1e-6. */
  readonly eps?: number;
  /** Whether the last dim stays, with extent 1. Default false. */
  readonly keepdim?: boolean;
}

/** ‖a − b + eps‖ₚ along the last dim, broadcast (torch.nn.functional.pairwise_distance). */
export function pairwiseDistance(a: Tensor, b: Tensor, options: PairwiseDistanceOptions = {}): Tensor {
  const { p = 2, eps = 1e-6, keepdim = false } = options;
  const [x, y] = promotedFloat('pairwiseDistance', a, b);
  return norm(add(sub(x, y), eps), p, -1, { keepdim });
}
