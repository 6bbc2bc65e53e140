/* Torch7's modules over one tensor. Dims and indices are counted from 0, or from the end if negative. */
import { ShapeError, type DType, type Shape, type Tensor } from '@retrograd/core';
import { checkInteger, checkNumber, checkOptions, checkSize } from '../checks.ts';
import { Module } from '../module.ts';

/** A copy of the input, in another dtype if one is given (nn.Copy of Torch7). The gradient comes back in the input's dtype. */
export class Copy extends Module {
  readonly dtype: DType | null;

  constructor(dtype: DType | null = null) {
    super();
    this.dtype = dtype;
  }

  forward(input: Tensor): Tensor {
    return this.dtype === null || this.dtype === input.dtype ? input.clone() : input.to(this.dtype);
  }

  override extraRepr(): string {
    return this.dtype ?? '';
  }
}

/** Options of {@link Reshape}. */
export interface ReshapeOptions {
  /**
   * Whether the input's first dim is the batch, which is kept. Default: unless the input has just the elements that the
   * shape wants (and more than one row).
   */
  readonly batchMode?: boolean;
}

/** The elements in another shape, a batch's sample by sample (nn.Reshape of Torch7). */
export class Reshape extends Module {
  readonly shape: Shape;
  readonly batchMode: boolean | null;

  /** @throws TypeError for a shape that is no array. RangeError for negative extents. */
  constructor(shape: Shape, options: ReshapeOptions = {}) {
    super();
    checkShape('Reshape', shape);
    checkOptions('Reshape', options);
    shape.forEach((extent) => checkSize('Reshape', 'extents', extent, 0));
    this.shape = [...shape];
    this.batchMode = options.batchMode ?? null;
  }

  forward(input: Tensor): Tensor {
    const whole = input.numel() === elements(this.shape) && input.shape[0] !== 1;
    const batch = this.batchMode ?? !whole;
    return input.reshape(batch ? [input.shape[0] ?? 1, ...this.shape] : this.shape);
  }

  override extraRepr(): string {
    return this.shape.join('x');
  }
}

/** Options of {@link View}. */
export interface ViewOptions {
  /** How many dims a single sample has; dims before them are the batch. Default: as many as the input has. */
  readonly numInputDims?: number;
}

/**
 * The elements in another shape, in which one extent may be −1, for what is left (nn.View of Torch7). Where the input has
 * several times the elements that the shape wants, it is taken for a batch.
 */
export class View extends Module {
  readonly shape: Shape;
  readonly numInputDims: number | null;

  /** @throws TypeError for a shape that is no array. RangeError for several extents of −1, or other negative ones. */
  constructor(shape: Shape, options: ViewOptions = {}) {
    super();
    checkShape('View', shape);
    checkOptions('View', options);
    if (shape.some((n) => !Number.isInteger(n) || n < -1) || shape.filter((n) => n === -1).length > 1) {
      throw new RangeError(
        `View: extents must be non-negative integers, one of them may be −1: got [${shape.join(', ')}]`,
      );
    }
    this.shape = [...shape];
    this.numInputDims = options.numInputDims ?? null;
  }

  /** @throws ShapeError if the elements do not fit. */
  forward(input: Tensor): Tensor {
    const sampleDims = this.numInputDims ?? input.ndim;
    const batchDims = Math.max(0, input.ndim - sampleDims);
    const before = elements(input.shape.slice(0, batchDims));
    const inSample = elements(input.shape.slice(batchDims));
    const wanted = elements(this.shape.filter((n) => n !== -1));
    if (wanted === 0 ? inSample !== 0 : inSample % wanted !== 0) {
      throw new ShapeError(
        `View: input view ([${input.shape.join(', ')}]) and desired view ([${this.shape.join(', ')}]) do not match`,
      );
    }
    const samples = this.shape.includes(-1) || wanted === 0 ? 1 : inSample / wanted;
    const batch = before * samples;
    return input.reshape(batch === 1 && batchDims === 0 ? this.shape : [batch, ...this.shape]);
  }

  override extraRepr(): string {
    return this.shape.join('x');
  }
}

/** One slice along a dim, without that dim (nn.Select of Torch7). */
export class Select extends Module {
  readonly dim: number;
  readonly index: number;

  constructor(dim: number, index: number) {
    super();
    checkInteger('Select', 'dim', dim);
    checkInteger('Select', 'index', index);
    this.dim = dim;
    this.index = index;
  }

  forward(input: Tensor): Tensor {
    return input.select(this.dim, this.index);
  }

  override extraRepr(): string {
    return `dim=${this.dim}, index=${this.index}`;
  }
}

/** The slices offset … offset + length − 1 along a dim (nn.Narrow of Torch7). */
export class Narrow extends Module {
  readonly dim: number;
  readonly offset: number;
  readonly length: number;

  constructor(dim: number, offset: number, length = 1) {
    super();
    checkInteger('Narrow', 'dim', dim);
    checkInteger('Narrow', 'offset', offset);
    checkSize('Narrow', 'length', length, 0);
    this.dim = dim;
    this.offset = offset;
    this.length = length;
  }

  forward(input: Tensor): Tensor {
    return input.narrow(this.dim, this.offset, this.length);
  }

  override extraRepr(): string {
    return `dim=${this.dim}, offset=${this.offset}, length=${this.length}`;
  }
}

/** c · x (nn.MulConstant of Torch7). */
export class MulConstant extends Module {
  readonly constant: number;

  constructor(constant: number) {
    super();
    checkNumber('MulConstant', 'constant', constant);
    this.constant = constant;
  }

  forward(input: Tensor): Tensor {
    return input.mul(this.constant);
  }

  override extraRepr(): string {
    return String(this.constant);
  }
}

/** x + c (nn.AddConstant of Torch7). */
export class AddConstant extends Module {
  readonly constant: number;

  constructor(constant: number) {
    super();
    checkNumber('AddConstant', 'constant', constant);
    this.constant = constant;
  }

  forward(input: Tensor): Tensor {
    return input.add(this.constant);
  }

  override extraRepr(): string {
    return String(this.constant);
  }
}

/** Throws unless a shape is an array: Torch7's extents stood one after the other. */
function checkShape(where: string, shape: unknown): void {
  if (!Array.isArray(shape)) {
    throw new TypeError(`${where}: expected a shape as an array, got ${String(shape)}: new ${where}([3, 2])`);
  }
}

function elements(shape: Shape): number {
  return shape.reduce((n, extent) => n * extent, 1);
}
