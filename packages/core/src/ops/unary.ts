/* What functions of one tensor have in common: the op, and the functions that call it. */
import { kernels, type SpecialName, type UnaryName } from '@retrograd/kernels';
import { DTypeError } from '../errors.ts';
import { apply, defineOp, type NoAttrs, type Op } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { unaryLoop } from './loops.ts';
import { checkTensor, toFloat } from './promote.ts';

/** A public function of one tensor. */
export type UnaryFunction = (x: Tensor) => Tensor;

/** An elementwise op on one tensor. */
export type UnaryOp = Op<readonly ['x'], NoAttrs, readonly ['out']>;

const unary = (name: UnaryName | SpecialName) =>
  ({
    name,
    inputs: ['x'],
    shape: ([x]: readonly [Tensor]) => x.shape,
    forward: ([x]: readonly [Tensor], _: object, out: Tensor) => unaryLoop(kernels[name], x, out),
  }) as const;

/** An op whose kernel has its name and whose rule reads nothing but the cotangent. */
export function unaryOp(name: UnaryName | SpecialName, rule: (g: Tensor) => Tensor): UnaryOp {
  return defineOp({ ...unary(name), vjp: { x: (g) => rule(g) } });
}

/** An op whose kernel has its name and whose rule reads its input. */
export function unaryOpOfInput(
  name: UnaryName | SpecialName,
  rule: (g: Tensor, x: Tensor) => Tensor,
): UnaryOp {
  return defineOp({ ...unary(name), saves: { x: ['x'] }, vjp: { x: (g, { x }) => rule(g, x) } });
}

/** An op whose kernel has its name and whose rule reads its output y. */
export function unaryOpOfOutput(
  name: UnaryName | SpecialName,
  rule: (g: Tensor, y: Tensor) => Tensor,
): UnaryOp {
  return defineOp({ ...unary(name), saves: { x: ['out'] }, vjp: { x: (g, { out }) => rule(g, out) } });
}

/** The function that performs an op in floating point; integers become float32. */
export function onFloats(op: UnaryOp): UnaryFunction {
  return named(op, (x) => apply(op, [toFloat(op.name, x)]));
}

/** The function that performs an op in the dtype of its argument, which must not be bool. */
export function onNumbers(op: UnaryOp): UnaryFunction {
  return named(op, (x) => {
    checkNotBool(op.name, x);
    return apply(op, [x]);
  });
}

/** Gives a function its op's name, by which reports of gradients and stack traces call it. */
function named(op: UnaryOp, fn: UnaryFunction): UnaryFunction {
  return Object.defineProperty(fn, 'name', { value: op.name });
}

/** Throws unless x is a tensor of numbers. */
export function checkNotBool(op: string, x: Tensor): void {
  checkTensor(op, x);
  if (x.dtype === 'bool')
    throw new DTypeError(`${op}: not implemented for bool tensors; convert with .to('int32')`);
}
