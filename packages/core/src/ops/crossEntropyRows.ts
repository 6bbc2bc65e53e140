/* Cross-entropy of scores [N, C] with one class each, and its gradient: one pass each, and ops with rules of their own. */
import { kernels } from '@retrograd/kernels';
import { ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { indexArray, type Tensor } from '../tensor.ts';
import { mul, sub } from './arithmetic.ts';
import { ge } from './compare.ts';
import { gather } from './gather.ts';
import { packed } from './loops.ts';
import { sum } from './reduce.ts';
import { softmax } from './softmax.ts';
import { squeeze, unsqueeze } from './view.ts';
import { clampMin, where } from './where.ts';

/**
 * ln Σ exp(x) − x[t] along the last dim of x, t being the class that target (int32, packed, of x's shape without that
 * dim) names; 0 where it is negative.
 */
export const crossEntropyOp = defineOp({
  name: 'crossEntropy',
  inputs: ['x', 'target'],
  shape: ([x, target]) => {
    checkClasses('crossEntropy', x, target);
    return target.shape;
  },
  forward: ([x, target], _, out) => {
    const [p, t] = [packed(x), packed(target)];
    kernels.crossEntropy(
      t.numel(), x.shape[x.ndim - 1], p.storage.array, p.offset, indexArray(t), t.offset,
      out.storage.array, out.offset,
    ); // prettier-ignore
  },
  saves: { x: ['x', 'target'] },
  vjp: { x: (g, { x, target }) => crossEntropyGrad(g, x, target), target: null },
});

/** g·(softmax(x) − onehot(target)): the gradient of {@link crossEntropyOp}. */
export const crossEntropyGradOp = defineOp({
  name: 'crossEntropyGrad',
  inputs: ['g', 'x', 'target'],
  shape: ([, x, target]) => {
    checkClasses('crossEntropyGrad', x, target);
    return x.shape;
  },
  forward: ([g, x, target], _, out) => {
    const [p, q, t] = [packed(g), packed(x), packed(target)];
    kernels.crossEntropyGrad(
      t.numel(), x.shape[x.ndim - 1], p.storage.array, p.offset, q.storage.array, q.offset, indexArray(t), t.offset,
      out.storage.array, out.offset,
    ); // prettier-ignore
  },
  saves: { g: ['x', 'target'], x: ['g', 'x', 'target'] },
  vjp: {
    g: (u, { x, target }) => {
      const chosen = squeeze(gather(u, -1, unsqueeze(clampMin(target, 0), -1)), -1);
      return kept(target, sub(sum(mul(u, softmax(x, -1)), -1), chosen));
    },
    x: (u, { g, x, target }) => {
      const y = softmax(x, -1);
      const scale = unsqueeze(kept(target, g), -1);
      return mul(mul(y, sub(u, sum(mul(u, y), -1, { keepdim: true }))), scale);
    },
    target: null,
  },
});

function crossEntropyGrad(g: Tensor, x: Tensor, target: Tensor): Tensor {
  return apply(crossEntropyGradOp, [g, x, target]);
}

/** Targets were compared with the number of classes by whoever made them; that there are classes is checked here. */
function checkClasses(op: string, x: Tensor, target: Tensor): void {
  if (x.shape[x.ndim - 1] === 0 && target.numel() > 0)
    throw new ShapeError(`${op}: Expected at least one class, got scores of shape ${formatShape(x.shape)}`);
}

/** x where there is a target, else 0. */
function kept(target: Tensor, x: Tensor): Tensor {
  return where(ge(target, 0), x, 0);
}

/** The loss of each of the scores x [N, C] or [C]; target as {@link crossEntropyOp} takes it. */
export function crossEntropyRows(x: Tensor, target: Tensor): Tensor {
  return apply(crossEntropyOp, [x, target]);
}
