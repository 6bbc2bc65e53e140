/* Elements added around the spatial dims of [N, C, …] or [C, …]. */
import { pad, type Tensor } from '@retrograd/core';
import { checkInteger, checkNumber, type SpatialDims } from '../checks.ts';
import { Module } from '../module.ts';
import { pythonNumber, pythonTuple } from '../repr.ts';

/** How much is added before and after each of N spatial dims, the last dim first. */
type Ends<N extends SpatialDims> = {
  1: readonly [number, number];
  2: readonly [number, number, number, number];
  3: readonly [number, number, number, number, number, number];
}[N];

/**
 * How many elements are added: one number for all ends, or one for each, as [before, after] of the last dim (left and
 * right), then of the one before it (top and bottom), then of the one before that (front and back). A negative number
 * takes elements away.
 */
export type Padding<N extends SpatialDims> = number | Ends<N>;

/** What the layers of this file share. */
abstract class Pad<N extends SpatialDims> extends Module {
  readonly padding: Ends<N>;

  constructor(dims: N, padding: Padding<N>) {
    super();
    const where = this.constructor.name;
    const list: readonly number[] = Array.isArray(padding)
      ? padding
      : Array<number>(2 * dims).fill(padding as number);
    if (list.length !== 2 * dims) {
      throw new RangeError(
        `${where}: expected padding to be a number or ${2 * dims} numbers, got [${list.join(', ')}]`,
      );
    }
    for (const each of list) checkInteger(where, 'padding', each);
    this.padding = [...list] as readonly number[] as Ends<N>;
  }

  abstract override forward(input: Tensor): Tensor;

  override extraRepr(): string {
    return pythonTuple(this.padding);
  }
}

/** Padding with one value. */
abstract class ConstantPad<N extends SpatialDims> extends Pad<N> {
  /** What is added. */
  readonly value: number;

  constructor(dims: N, padding: Padding<N>, value: number) {
    super(dims, padding);
    checkNumber(this.constructor.name, 'value', value);
    this.value = value;
  }

  forward(input: Tensor): Tensor {
    return pad(input, this.padding, { value: this.value });
  }

  override extraRepr(): string {
    return `padding=${pythonTuple(this.padding)}, value=${pythonNumber(this.value)}`;
  }
}

/** Adds elements of one value to x [N, C, L] or [C, L] (torch.nn.ConstantPad1d). */
export class ConstantPad1d extends ConstantPad<1> {
  /** @throws RangeError for a padding that makes no sense. */
  constructor(padding: Padding<1>, value: number) {
    super(1, padding, value);
  }
}

/** Adds elements of one value to x [N, C, H, W] or [C, H, W] (torch.nn.ConstantPad2d). */
export class ConstantPad2d extends ConstantPad<2> {
  /** @throws RangeError for a padding that makes no sense. */
  constructor(padding: Padding<2>, value: number) {
    super(2, padding, value);
  }
}

/** Adds elements of one value to x [N, C, D, H, W] or [C, D, H, W] (torch.nn.ConstantPad3d). */
export class ConstantPad3d extends ConstantPad<3> {
  /** @throws RangeError for a padding that makes no sense. */
  constructor(padding: Padding<3>, value: number) {
    super(3, padding, value);
  }
}

/** Adds zeros to x [N, C, H, W] or [C, H, W] (torch.nn.ZeroPad2d). */
export class ZeroPad2d extends Pad<2> {
  /** @throws RangeError for a padding that makes no sense. */
  constructor(padding: Padding<2>) {
    super(2, padding);
  }

  forward(input: Tensor): Tensor {
    return pad(input, this.padding);
  }
}

/** Padding with the input mirrored at its ends. */
abstract class ReflectionPad<N extends SpatialDims> extends Pad<N> {
  forward(input: Tensor): Tensor {
    return pad(input, this.padding, { mode: 'reflect' });
  }
}

/** Adds to x [N, C, L] or [C, L] its own elements mirrored at the ends, which are not repeated (torch.nn.ReflectionPad1d). */
export class ReflectionPad1d extends ReflectionPad<1> {
  /** @throws RangeError for a padding that makes no sense. */
  constructor(padding: Padding<1>) {
    super(1, padding);
  }
}

/** {@link ReflectionPad1d} of x [N, C, H, W] or [C, H, W] (torch.nn.ReflectionPad2d). */
export class ReflectionPad2d extends ReflectionPad<2> {
  /** @throws RangeError for a padding that makes no sense. */
  constructor(padding: Padding<2>) {
    super(2, padding);
  }
}

/** {@link ReflectionPad1d} of x [N, C, D, H, W] or [C, D, H, W] (torch.nn.ReflectionPad3d). */
export class ReflectionPad3d extends ReflectionPad<3> {
  /** @throws RangeError for a padding that makes no sense. */
  constructor(padding: Padding<3>) {
    super(3, padding);
  }
}

/** Padding with the outermost elements repeated. */
abstract class ReplicationPad<N extends SpatialDims> extends Pad<N> {
  forward(input: Tensor): Tensor {
    return pad(input, this.padding, { mode: 'replicate' });
  }
}

/** Adds to x [N, C, L] or [C, L] its outermost elements, repeated (torch.nn.ReplicationPad1d). */
export class ReplicationPad1d extends ReplicationPad<1> {
  /** @throws RangeError for a padding that makes no sense. */
  constructor(padding: Padding<1>) {
    super(1, padding);
  }
}

/** {@link ReplicationPad1d} of x [N, C, H, W] or [C, H, W] (torch.nn.ReplicationPad2d). */
export class ReplicationPad2d extends ReplicationPad<2> {
  /** @throws RangeError for a padding that makes no sense. */
  constructor(padding: Padding<2>) {
    super(2, padding);
  }
}

/** {@link ReplicationPad1d} of x [N, C, D, H, W] or [C, D, H, W] (torch.nn.ReplicationPad3d). */
export class ReplicationPad3d extends ReplicationPad<3> {
  /** @throws RangeError for a padding that makes no sense. */
  constructor(padding: Padding<3>) {
    super(3, padding);
  }
}
