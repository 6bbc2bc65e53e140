import { kernels, type BinaryKernel } from '@retrograd/kernels';
import { DTypeError } from '../errors.ts';
import { broadcastShapes } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { allocateTensor, type Tensor } from '../tensor.ts';
import { binaryLoop, unaryLoop } from './loops.ts';
import { checkTensor, promoted, promotedFloat, type TensorLike } from './promote.ts';

/** What every two-operand op has in common; the dtypes of a and b are equal by now. */
const binary = (name: 'add' | 'sub' | 'mul' | 'div') =>
  ({
    name,
    inputs: ['a', 'b'],
    shape: ([a, b]: readonly [Tensor, Tensor]) => broadcastShapes(name, a.shape, b.shape),
    forward: ([a, b]: readonly [Tensor, Tensor], _: object, out: Tensor) =>
      binaryLoop(kernels[name], a, b, out),
    broadcasts: true,
  }) as const;

export const addOp = defineOp({
  ...binary('add'),
  forward: ([a, b], _, out) => binaryLoop(boolSafe(a, kernels.add, kernels.logicalOr), a, b, out),
  vjp: { a: (g) => g, b: (g) => g },
});

export const subOp = defineOp({
  ...binary('sub'),
  vjp: { a: (g) => g, b: (g) => neg(g) },
});

export const mulOp = defineOp({
  ...binary('mul'),
  forward: ([a, b], _, out) => binaryLoop(boolSafe(a, kernels.mul, kernels.logicalAnd), a, b, out),
  saves: { a: ['b'], b: ['a'] },
  vjp: { a: (g, { b }) => mul(g, b), b: (g, { a }) => mul(g, a) },
});

export const divOp = defineOp({
  ...binary('div'),
  saves: { a: ['b'], b: ['a', 'b'] },
  vjp: { a: (g, { b }) => div(g, b), b: (g, { a, b }) => neg(mul(g, div(div(a, b), b))) },
});

export const negOp = defineOp({
  name: 'neg',
  inputs: ['x'],
  shape: ([x]) => x.shape,
  forward: ([x], _, out) => unaryLoop(kernels.neg, x, out),
  vjp: { x: (g) => neg(g) },
});

/** Division that rounds: its derivative is zero wherever it has one. */
export const roundedDivOp = defineOp({
  name: 'div',
  inputs: ['a', 'b'],
  shape: ([a, b], _attrs: { roundingMode: RoundingMode }) => broadcastShapes('div', a.shape, b.shape),
  forward: ([a, b], { roundingMode }, out) =>
    binaryLoop(roundingMode === 'floor' ? kernels.floorDivide : kernels.truncDivide, a, b, out),
  broadcasts: true,
  vjp: { a: (g) => zerosOf(g), b: (g) => zerosOf(g) },
});

/** How {@link div} rounds its quotient: down, or towards zero. */
export type RoundingMode = 'floor' | 'trunc';

/** Options of {@link add}, {@link sub} and {@link rsub}. */
export interface AlphaOptions {
  /** Multiplies the second operand. Default 1. */
  readonly alpha?: number;
}

/** a + alpha·b, broadcast (torch.add). */
export function add(a: TensorLike, b: TensorLike, options: AlphaOptions = {}): Tensor {
  return apply(addOp, promoted('add', a, scaled(b, options.alpha)));
}

/**
 * a − alpha·b, broadcast (torch.sub).
 *
 * @throws DTypeError for bool tensors.
 */
export function sub(a: TensorLike, b: TensorLike, options: AlphaOptions = {}): Tensor {
  const [x, y] = promoted('sub', a, scaled(b, options.alpha));
  if (x.dtype === 'bool') {
    throw new DTypeError('sub: subtraction with bool tensors is not supported; use logicalXor or logicalNot');
  }
  return apply(subOp, [x, y]);
}

/** b − alpha·a, broadcast (torch.rsub). */
export function rsub(a: TensorLike, b: TensorLike, options: AlphaOptions = {}): Tensor {
  return sub(b, a, options);
}

/** a·b elementwise, broadcast (torch.mul). */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  return apply(mulOp, promoted('mul', a, b));
}

/**
 * a / b elementwise, broadcast; true division, in floating point also for integers, unless `roundingMode` says
 * otherwise (torch.div).
 */
export function div(
  a: TensorLike,
  b: TensorLike,
  options: { readonly roundingMode?: RoundingMode | null } = {},
): Tensor {
  const { roundingMode = null } = options;
  if (roundingMode === null) return apply(divOp, promotedFloat('div', a, b));
  if (roundingMode !== 'floor' && roundingMode !== 'trunc') {
    throw new TypeError(
      `div: expected roundingMode to be one of null, 'trunc' or 'floor' but found '${String(roundingMode)}'`,
    );
  }
  return apply(roundedDivOp, promoted('div', a, b), { roundingMode });
}

/** −x (torch.neg). */
export function neg(x: Tensor): Tensor {
  checkTensor('neg', x);
  if (x.dtype === 'bool')
    throw new DTypeError('neg: negation of a bool tensor is not supported; use logicalNot');
  return apply(negOp, [x]);
}

/** Zeros of g's shape: the gradient of a function that is constant almost everywhere. */
export function zerosOf(g: Tensor): Tensor {
  return allocateTensor(g.shape, g.dtype);
}

function scaled(b: TensorLike, alpha = 1): TensorLike {
  if (alpha === 1) return b;
  return typeof b === 'object' ? mul(b, alpha) : Number(b) * alpha;
}

/** On bool tensors sum and product are or and and, as in PyTorch. */
function boolSafe(x: Tensor, kernel: BinaryKernel, boolKernel: BinaryKernel): BinaryKernel {
  return x.dtype === 'bool' ? boolKernel : kernel;
}
