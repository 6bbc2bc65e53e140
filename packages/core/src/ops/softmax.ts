/* softmax and logSoftmax with their gradients, which are ops of their own. */
import { kernels, type AlongGradKernel } from '@retrograd/kernels';
import { normalizeDim } from '../shape.ts';
import { apply, defineOp, type Op } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { mul, neg, sub } from './arithmetic.ts';
import { to, type DTypeOptions } from './copy.ts';
import { exp } from './elementwise.ts';
import { around, packed } from './loops.ts';
import { checkTensor, toFloat } from './promote.ts';
import { sum } from './reduce.ts';

interface Along {
  /** From 0. */
  readonly dim: number;
}

type AlongOp = Op<readonly ['x'], Along, readonly ['out']>;

/** An op along one dim whose gradient is made from its output. */
function alongOp(
  name: 'softmax' | 'logSoftmax',
  gradient: (g: Tensor, y: Tensor, dim: number) => Tensor,
): AlongOp {
  return defineOp({
    name,
    inputs: ['x'],
    shape: ([x], _attrs: Along) => x.shape,
    forward: ([x], { dim }, out) => {
      const { outer, size, inner } = around(x.shape, dim);
      const p = packed(x);
      kernels[name](outer, size, inner, p.storage.array, p.offset, out.storage.array, out.offset);
    },
    saves: { x: ['out'] },
    vjp: { x: (g, { out, attrs }) => gradient(g, out, attrs.dim) },
  });
}

function gradientLoop(kernel: AlongGradKernel, dim: number, g: Tensor, y: Tensor, out: Tensor): void {
  const { outer, size, inner } = around(y.shape, dim);
  const p = packed(g);
  const q = packed(y);
  kernel(
    outer,
    size,
    inner,
    p.storage.array,
    p.offset,
    q.storage.array,
    q.offset,
    out.storage.array,
    out.offset,
  );
}

export const softmaxOp = alongOp('softmax', softmaxGrad);
export const logSoftmaxOp = alongOp('logSoftmax', logSoftmaxGrad);

export const softmaxGradOp = defineOp({
  name: 'softmaxGrad',
  inputs: ['g', 'y'],
  shape: ([, y], _attrs: Along) => y.shape,
  forward: ([g, y], { dim }, out) => gradientLoop(kernels.softmaxGrad, dim, g, y, out),
  saves: { g: ['y'], y: ['g', 'y'] },
  vjp: {
    g: (gg, { y, attrs }) => softmaxGrad(gg, y, attrs.dim),
    y: (gg, { g, y, attrs }) =>
      sub(mul(gg, sub(g, total(mul(g, y), attrs))), mul(g, total(mul(gg, y), attrs))),
  },
});

/** y·(g − Σ g·y): the gradient of {@link softmax} from its output y. */
function softmaxGrad(g: Tensor, y: Tensor, dim: number): Tensor {
  return apply(softmaxGradOp, [g, y], { dim });
}

export const logSoftmaxGradOp = defineOp({
  name: 'logSoftmaxGrad',
  inputs: ['g', 'y'],
  shape: ([, y], _attrs: Along) => y.shape,
  forward: ([g, y], { dim }, out) => gradientLoop(kernels.logSoftmaxGrad, dim, g, y, out),
  saves: { g: ['y'], y: ['g', 'y'] },
  vjp: {
    g: (gg, { y, attrs }) => sub(gg, total(mul(gg, exp(y)), attrs)),
    y: (gg, { g, y, attrs }) => neg(mul(mul(gg, exp(y)), total(g, attrs))),
  },
});

/** g − exp(y)·Σ g: the gradient of {@link logSoftmax} from its output y. */
function logSoftmaxGrad(g: Tensor, y: Tensor, dim: number): Tensor {
  return apply(logSoftmaxGradOp, [g, y], { dim });
}

function total(x: Tensor, { dim }: Along): Tensor {
  return sum(x, dim, { keepdim: true });
}

/**
 * exp(x) / Σ exp(x) along dim, computed without overflow (torch.softmax); x of any shape, integers become float32.
 *
 * @throws ShapeError for a dim that is out of range; TypeError without a dim.
 */
export function softmax(x: Tensor, dim: number, options: DTypeOptions = {}): Tensor {
  return along('softmax', softmaxOp, x, dim, options);
}

/** log softmax(x) along dim, computed without overflow (torch.log_softmax); see {@link softmax}. */
export function logSoftmax(x: Tensor, dim: number, options: DTypeOptions = {}): Tensor {
  return along('logSoftmax', logSoftmaxOp, x, dim, options);
}

/** softmax(−x) along dim (torch.nn.functional.softmin). */
export function softmin(x: Tensor, dim: number, options: DTypeOptions = {}): Tensor {
  checkTensor('softmin', x);
  return along('softmin', softmaxOp, neg(x), dim, options);
}

function along(name: string, op: AlongOp, x: Tensor, dim: number, { dtype }: DTypeOptions): Tensor {
  const y = toFloat(name, dtype === undefined ? x : to(x, dtype));
  if (typeof dim !== 'number')
    throw new TypeError(`${name}: expected the dim as a number, got ${String(dim)}`);
  return apply(op, [y], { dim: normalizeDim(name, dim, x.ndim) });
}
