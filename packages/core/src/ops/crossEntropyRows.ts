/* Cross-entropy of scores with one class each, and its gradient: one pass each, and ops with rules of their own. */
import { kernels } from '@retrograd/kernels';
import { ShapeError } from '../errors.ts';
import { formatShape, sameShape } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { indexArray, type Tensor } from '../tensor.ts';
import { mul, sub } from './arithmetic.ts';
import { ge } from './compare.ts';
import { gather } from './gather.ts';
import { around, packed } from './loops.ts';
import { sum } from './reduce.ts';
import { softmax } from './softmax.ts';
import { squeeze, unsqueeze } from './view.ts';
import { clampMin, where } from './where.ts';

interface Classes {
  /** The dim of the classes, from 0. */
  readonly dim: number;
}

/**
 * ln Σ exp(x) − x[t] along a dim of x, t being the class that target (int32, of x's shape without that dim) names; 0 where
 * it is negative.
 */
export const crossEntropyOp = defineOp({
  name: 'crossEntropy',
  inputs: ['x', 'target'],
  shape: ([x, target], { dim }: Classes) => {
    checkClasses('crossEntropy', x, target, dim);
    return target.shape;
  },
  forward: ([x, target], { dim }, out) => {
    const { outer, size, inner } = around(x.shape, dim);
    const [p, t] = [packed(x), packed(target)];
    kernels.crossEntropy(
      outer, size, inner, p.storage.array, p.offset, indexArray(t), t.offset,
      out.storage.array, out.offset,
    ); // prettier-ignore
  },
  saves: { x: ['x', 'target'] },
  vjp: { x: (g, { x, target, attrs }) => crossEntropyGrad(g, x, target, attrs), target: null },
});

/** g·(softmax(x) − onehot(target)): the gradient of {@link crossEntropyOp}. */
export const crossEntropyGradOp = defineOp({
  name: 'crossEntropyGrad',
  inputs: ['g', 'x', 'target'],
  shape: ([, x, target], { dim }: Classes) => {
    checkClasses('crossEntropyGrad', x, target, dim);
    return x.shape;
  },
  forward: ([g, x, target], { dim }, out) => {
    const { outer, size, inner } = around(x.shape, dim);
    const [p, q, t] = [packed(g), packed(x), packed(target)];
    kernels.crossEntropyGrad(
      outer, size, inner, p.storage.array, p.offset, q.storage.array, q.offset, indexArray(t), t.offset,
      out.storage.array, out.offset,
    ); // prettier-ignore
  },
  saves: { g: ['x', 'target'], x: ['g', 'x', 'target'] },
  vjp: {
    g: (u, { x, target, attrs: { dim } }) => {
      const chosen = squeeze(gather(u, dim, unsqueeze(clampMin(target, 0), dim)), dim);
      return kept(target, sub(sum(mul(u, softmax(x, dim)), dim), chosen));
    },
    x: (u, { g, x, target, attrs: { dim } }) => {
      const y = softmax(x, dim);
      const scale = unsqueeze(kept(target, g), dim);
      return mul(mul(y, sub(u, sum(mul(u, y), dim, { keepdim: true }))), scale);
    },
    target: null,
  },
});

function crossEntropyGrad(g: Tensor, x: Tensor, target: Tensor, attrs: Classes): Tensor {
  return apply(crossEntropyGradOp, [g, x, target], attrs);
}

/** The targets themselves were compared with the number of classes by whoever made them. */
function checkClasses(op: string, x: Tensor, target: Tensor, dim: number): void {
  const expected = x.shape.filter((_, d) => d !== dim);
  if (dim >= x.ndim || !sameShape(target.shape, expected)) {
    throw new ShapeError(
      `${op}: Expected target size ${formatShape(expected)}, got ${formatShape(target.shape)} (scores ${formatShape(x.shape)})`,
    );
  }
  if (x.shape[dim] === 0 && target.numel() > 0)
    throw new ShapeError(`${op}: Expected at least one class, got scores of shape ${formatShape(x.shape)}`);
}

/** x where there is a target, else 0. */
function kept(target: Tensor, x: Tensor): Tensor {
  return where(ge(target, 0), x, 0);
}

/** The loss of each of the scores x, whose classes are along `dim`; target as {@link crossEntropyOp} takes it. */
export function crossEntropyRows(x: Tensor, target: Tensor, dim: number): Tensor {
  return apply(crossEntropyOp, [x, target], { dim });
}
