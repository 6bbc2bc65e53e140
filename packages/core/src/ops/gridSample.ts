/* Images and volumes read at positions of one's choice: gridSample, and the affine grids it is used with. */
import { linspace, onesLike, zeros } from '../creation.ts';
import { isFloating } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape, numelOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { fmod } from './bivariate.ts';
import { expand } from './broadcast.ts';
import { eq, ge, gt, le, logicalAnd, lt } from './compare.ts';
import { to } from './copy.ts';
import { abs } from './elementwise.ts';
import { gather } from './gather.ts';
import { stack } from './join.ts';
import { checkOperands, matmul } from './matmul.ts';
import { checkTensor } from './promote.ts';
import { floor, round } from './rounding.ts';
import { select } from './slice.ts';
import { mT, reshape, unsqueeze } from './view.ts';
import { clamp, where } from './where.ts';

/** Options of {@link gridSample}. */
export interface GridSampleOptions {
  /** 'bilinear' (trilinear for volumes), 'nearest', or 'bicubic' (images only). Default 'bilinear'. */
  readonly mode?: 'bilinear' | 'nearest' | 'bicubic';
  /** What lies outside: zeros, the nearest border element, or the mirrored image. Default 'zeros'. */
  readonly paddingMode?: 'zeros' | 'border' | 'reflection';
  /** Let ±1 mean the centers of the outermost elements, not their outer edges. Default false. */
  readonly alignCorners?: boolean;
}

/** One spatial dim of the input, and how positions along it are meant. */
interface Axis {
  readonly size: number;
  readonly paddingMode: 'zeros' | 'border' | 'reflection';
  readonly alignCorners: boolean;
}

/** Where to read along one dim, and with which weight. */
interface Read {
  readonly at: Tensor;
  readonly weight: Tensor;
}

/**
 * x read at the positions of a grid (torch.nn.functional.grid_sample): x is [N, C, H, W] and grid [N, oh, ow, 2] of
 * (x, y), or x is [N, C, D, H, W] and grid [N, od, oh, ow, 3] of (x, y, z), from −1 (left, top, front) to 1; out is
 * [N, C, oh, ow] or [N, C, od, oh, ow]. Differentiable by both; on integer positions by the cell to the right.
 *
 * @throws ShapeError if shapes do not fit; TypeError for unknown modes; DTypeError unless floating and of one dtype.
 */
export function gridSample(x: Tensor, grid: Tensor, options: GridSampleOptions = {}): Tensor {
  const { mode = 'bilinear', paddingMode = 'zeros', alignCorners = false } = options;
  const ndim = checkedDims(x, grid, mode, paddingMode);
  const sizes = x.shape.slice(2);
  const inner = grid.shape.slice(1, -1);
  const [batch, channels] = x.shape;
  const points = reshape(grid, [batch, numelOf(inner), ndim]);
  // The grid names the last dim first.
  const reads = sizes.map((size, d) =>
    readsAlong(select(points, 2, ndim - 1 - d), { size, paddingMode, alignCorners }, mode),
  );
  const source = reshape(x, [batch, channels, numelOf(sizes)]);
  const out = combinations(reads)
    .map((corner) => readAt(source, corner, sizes))
    .reduce((sum, part) => add(sum, part));
  return reshape(out, [batch, channels, ...inner]);
}

/** The elements at one combination of positions, times their weights; 0 for positions outside. */
function readAt(source: Tensor, corner: readonly Read[], sizes: readonly number[]): Tensor {
  const insides = corner.map(({ at }, d) => logicalAnd(ge(at, 0), lt(at, sizes[d])));
  const inside = insides.reduce((a, b) => logicalAnd(a, b));
  const flat = corner
    .map(({ at }, d) => where(insides[d], at, 0))
    .reduce((index, at, d) => add(mul(index, sizes[d]), at));
  const [batch, channels] = source.shape;
  const index = expand(unsqueeze(to(flat, 'int32'), 1), [batch, channels, flat.shape[1]]);
  const values = where(unsqueeze(inside, 1), gather(source, 2, index), 0);
  return corner.reduce((y, { weight }) => mul(y, unsqueeze(weight, 1)), values);
}

/** Every choice of one read per dim. */
function combinations(reads: readonly (readonly Read[])[]): Read[][] {
  return reads.reduce<Read[][]>((all, list) => all.flatMap((c) => list.map((read) => [...c, read])), [[]]);
}

function readsAlong(position: Tensor, axis: Axis, mode: 'bilinear' | 'nearest' | 'bicubic'): Read[] {
  const { size, alignCorners } = axis;
  const scaled = mul(add(position, 1), (alignCorners ? size - 1 : size) / 2);
  const at = alignCorners ? scaled : sub(scaled, 0.5);
  if (mode === 'bicubic') {
    const start = floor(at.detach());
    return cubicWeights(sub(at, start)).map((weight, k) => ({
      at: placed(add(start, k - 1), axis),
      weight,
    }));
  }
  const inside = placed(at, axis);
  if (mode === 'nearest') {
    // The weight is 1 whatever the position: its gradient is 0, not absent.
    return [{ at: round(inside.detach()), weight: where(onesLike(inside, { dtype: 'bool' }), 1, inside) }];
  }
  const before = floor(inside.detach());
  const share = sub(inside, before);
  return [
    { at: before, weight: sub(1, share) },
    { at: add(before, 1), weight: share },
  ];
}

/** Positions brought inside as the padding mode says. */
function placed(at: Tensor, { size, paddingMode, alignCorners }: Axis): Tensor {
  if (paddingMode === 'zeros') return at;
  if (paddingMode === 'border') return clipped(at, size);
  const [low, span] = alignCorners ? [0, size - 1] : [-0.5, size];
  if (span === 0) return mul(at, 0);
  const distance = abs(sub(at, low));
  const rest = fmod(distance, span);
  const flips = floor(div(distance.detach(), span));
  const forwards = eq(fmod(flips, 2), 0);
  return clipped(where(forwards, add(rest, low), sub(span + low, rest)), size);
}

/** Clamped to the elements; unlike clamp, with gradient 0 at the bounds, as PyTorch has it here. */
function clipped(at: Tensor, size: number): Tensor {
  const values = at.detach();
  const free = logicalAnd(gt(values, 0), lt(values, size - 1));
  return where(free, at, clamp(where(le(values, 0), 0, values), { min: 0, max: size - 1 }));
}

/** The weights of the four elements around a position, t after the second: Keys' cubic convolution with a = −¾. */
function cubicWeights(t: Tensor): Tensor[] {
  const a = -0.75;
  const near = (d: Tensor): Tensor => add(mul(sub(mul(d, a + 2), a + 3), mul(d, d)), 1);
  const far = (d: Tensor): Tensor => sub(mul(add(mul(sub(mul(d, a), 5 * a), d), 8 * a), d), 4 * a);
  return [far(add(t, 1)), near(t), near(sub(1, t)), far(sub(2, t))];
}

function checkedDims(x: Tensor, grid: Tensor, mode: string, paddingMode: string): number {
  checkOperands('gridSample', x, grid);
  if (!isFloating(x.dtype)) throw new DTypeError(`gridSample: not implemented for ${x.dtype} tensors`);
  if (!['bilinear', 'nearest', 'bicubic'].includes(mode)) {
    throw new TypeError(`gridSample: mode must be 'bilinear', 'nearest' or 'bicubic', but got: '${mode}'`);
  }
  if (!['zeros', 'border', 'reflection'].includes(paddingMode)) {
    throw new TypeError(
      `gridSample: paddingMode must be 'zeros', 'border' or 'reflection', but got: '${paddingMode}'`,
    );
  }
  const ndim = x.ndim - 2;
  const fits = grid.ndim === x.ndim && grid.shape[0] === x.shape[0] && grid.shape[grid.ndim - 1] === ndim;
  if ((ndim !== 2 && ndim !== 3) || !fits) {
    throw new ShapeError(
      `gridSample: expected input [N, C, H, W] and grid [N, h, w, 2], or [N, C, D, H, W] and [N, d, h, w, 3] with the ` +
        `same batch size, but got input with sizes ${formatShape(x.shape)} and grid with sizes ${formatShape(grid.shape)}`,
    );
  }
  if (mode === 'bicubic' && ndim === 3) throw new ShapeError('gridSample: bicubic interpolation only supports 4D input');
  if (x.shape.slice(2).includes(0)) {
    throw new ShapeError(
      `gridSample: expected input to have non-empty spatial dimensions, but got ${formatShape(x.shape)}`,
    );
  }
  return ndim;
} // prettier-ignore

/** Options of {@link affineGrid}. */
export interface AffineGridOptions {
  /** Let ±1 mean the centers of the outermost elements, not their outer edges. Default false. */
  readonly alignCorners?: boolean;
}

/**
 * The grid for {@link gridSample} of affine maps (torch.nn.functional.affine_grid): theta is [N, 2, 3] with size
 * [N, C, H, W], or [N, 3, 4] with [N, C, D, H, W]; out is [N, H, W, 2] or [N, D, H, W, 3].
 *
 * @throws ShapeError if theta and size do not fit; DTypeError unless theta is floating.
 */
export function affineGrid(
  theta: Tensor,
  size: readonly number[],
  { alignCorners = false }: AffineGridOptions = {},
): Tensor {
  checkTensor('affineGrid', theta);
  if (!isFloating(theta.dtype)) {
    throw new DTypeError(`affineGrid: Expected theta to have floating point type, but got ${theta.dtype}`);
  }
  const ndim = size.length - 2;
  const [batch, , ...inner] = size;
  if (!size.every((n) => Number.isInteger(n) && n > 0)) {
    throw new ShapeError(`affineGrid: Expected non-zero, positive output size. Got ${formatShape(size)}`);
  }
  const expected = [batch, ndim, ndim + 1];
  if ((ndim !== 2 && ndim !== 3) || formatShape(theta.shape) !== formatShape(expected)) {
    throw new ShapeError(
      `affineGrid: Expected a batch of affine matrices of shape Nx2x3 for size NxCxHxW or Nx3x4 for NxCxDxHxW. Got ` +
        `theta ${formatShape(theta.shape)} and size ${formatShape(size)}`,
    );
  }
  const { dtype } = theta;
  const axes = inner.map((n, d) => {
    const line = n === 1 ? zeros([1], { dtype }) : linspace(-1, 1, n, { dtype });
    const placed = alignCorners ? line : mul(line, (n - 1) / n);
    return expand(reshape(placed, inner.map((_, k) => (k === d ? n : 1))), inner); // prettier-ignore
  });
  const one = expand(add(zeros([], { dtype }), 1), inner);
  const points = reshape(stack([...axes.reverse(), one], -1), [numelOf(inner), ndim + 1]);
  return reshape(matmul(points, mT(theta)), [batch, ...inner, ndim]);
}
