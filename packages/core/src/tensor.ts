import type { FloatArray, NumericArray } from '@retrograd/kernels';
import { isFloating, type DType } from './dtype.ts';
import { AutogradError, DTypeError, ShapeError } from './errors.ts';
import {
  contiguousStrides,
  formatShape,
  isContiguousLayout,
  numelOf,
  sameShape,
  type Shape,
} from './shape.ts';
import { allocate, recycle, SEEN, Storage } from './storage.ts';

/** Tensors are recognised by this brand, so that two loaded copies of the package understand each other. */
const BRAND = Symbol.for('retrograd.Tensor');

/** The `viewEpoch` of a tensor that is no view (a detached tensor counts as none). */
export const NOT_A_VIEW = -1;

/** Nested arrays of numbers (booleans for a bool tensor); a bare one for a 0-d tensor. */
export type NestedArray = number | boolean | NestedArray[];

/** What a tensor knows of the tape entry that made it; the tape itself knows more (tape/entry.ts). */
export interface History {
  /** The op's name. */
  readonly name: string;
  /** The leaf this entry stands for, or null if an op recorded it. */
  readonly leaf: Tensor | null;
}

let warnedNonLeafGrad = false;

/**
 * An n-dimensional array that can record what is done with it. Data live in an ordinary typed array, shared by all
 * views of the tensor and owned by the garbage collector: nothing has to be disposed.
 *
 * Every op is also a method with the same arguments after the first: `a.matmul(b)` is `matmul(a, b)` (methods.ts).
 */
export class Tensor {
  /** The typed array and its version counter, shared with every view. */
  readonly storage: Storage;
  /** Where this tensor's first element lies in the storage. */
  readonly offset: number;
  /** The extent of each dim; empty for a scalar (0-d) tensor. */
  readonly shape: Shape;
  /** How far apart, in elements, neighbours along each dim lie. */
  readonly strides: readonly number[];
  /** The element type. */
  readonly dtype: DType;

  /** The tape entry that made this tensor; for a leaf in use its leaf entry; else null. */
  entry: History | null = null;
  /** Which of its entry's outputs this tensor is. */
  slot = 0;
  /** The storage's epoch when this view was taken, or {@link NOT_A_VIEW}. */
  viewEpoch = NOT_A_VIEW;
  /** Set by `retainGrad()`. */
  retainsGrad = false;

  /** Set by `requiresGrad_()`; only ever true on leaves. */
  private wantsGrad = false;
  /**
   * What `.grad` holds, without its warning and checks; who reads it here must not keep it. As long as it was never read
   * as `.grad`, its storage has no claims.
   */
  accumulated: Tensor | null = null;

  constructor(storage: Storage, offset: number, shape: Shape, strides: readonly number[], dtype: DType) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
    this.dtype = dtype;
  }

  /** The number of dims. */
  get ndim(): number {
    return this.shape.length;
  }

  /** The number of elements: the product of the shape. */
  numel(): number {
    return numelOf(this.shape);
  }

  /** The whole shape, or the extent of one dim (torch.Tensor.size). */
  size(): Shape;
  size(dim: number): number;
  size(dim?: number): Shape | number {
    if (dim === undefined) return this.shape;
    const extent = this.shape[dim < 0 ? dim + this.ndim : dim];
    if (extent === undefined) {
      throw new ShapeError(`size: dim ${dim} is out of range for shape ${formatShape(this.shape)}`);
    }
    return extent;
  }

  /** Whether the elements lie in row-major order without gaps. */
  isContiguous(): boolean {
    return isContiguousLayout(this.shape, this.strides);
  }

  /**
   * The live elements of a contiguous tensor, row-major, without a copy: writing to the array writes to the tensor
   * (unseen by the tape: a saved value changed this way is not detected).
   *
   * @throws ShapeError for a non-contiguous view, whose elements no array holds in order.
   */
  get data(): NumericArray {
    if (!this.isContiguous()) {
      throw new ShapeError(
        `data: a view of shape ${formatShape(this.shape)} with strides ${formatShape(this.strides)} is not ` +
          `contiguous; use x.contiguous().data for a copy in order`,
      );
    }
    const { array } = this.storage;
    const n = this.numel();
    return this.offset === 0 && array.length === n ? array : array.subarray(this.offset, this.offset + n);
  }

  /** The value of a tensor with exactly one element, as a number (0 or 1 for bool). */
  item(): number {
    if (this.numel() !== 1) {
      throw new ShapeError(
        `item: only one element tensors can be converted to a number, got shape ${formatShape(this.shape)}`,
      );
    }
    return this.storage.array[this.offset];
  }

  /** The elements as nested arrays in the tensor's shape; booleans for a bool tensor, a bare value for a 0-d one. */
  toArray(): NestedArray {
    const { array } = this.storage;
    const { shape, strides } = this;
    const asBool = this.dtype === 'bool';
    const read = (dim: number, offset: number): NestedArray => {
      if (dim === shape.length) return asBool ? array[offset] !== 0 : array[offset];
      const items = new Array<NestedArray>(shape[dim]);
      for (let i = 0; i < items.length; i++) items[i] = read(dim + 1, offset + i * strides[dim]);
      return items;
    };
    return read(0, this.offset);
  }

  /** Whether operations on this tensor are recorded: it is a leaf that asked for it or was made from one. */
  get requiresGrad(): boolean {
    return this.wantsGrad || this.entry !== null;
  }

  set requiresGrad(value: boolean) {
    this.requiresGrad_(value);
  }

  /**
   * Says whether a leaf's gradient is wanted.
   *
   * @throws DTypeError for integer and bool tensors; AutogradError for a tensor that an op has made.
   */
  requiresGrad_(value = true): this {
    if (value === this.requiresGrad) return this;
    if (!this.isLeaf) {
      throw new AutogradError(
        'requiresGrad_: you can only change requiresGrad flags of leaf variables. If you want to use a computed ' +
          "variable in a subgraph that doesn't require differentiation use x.detach()",
      );
    }
    if (value && !isFloating(this.dtype)) {
      throw new DTypeError(
        `requiresGrad_: only Tensors of floating point dtype can require gradients, got ${this.dtype}`,
      );
    }
    this.wantsGrad = value;
    this.entry = null;
    return this;
  }

  /** Whether no recorded op made this tensor. `backward()` fills `.grad` of leaves only. */
  get isLeaf(): boolean {
    return this.entry === null || this.entry.leaf === this;
  }

  /** The tape entry that made this tensor, or null for a leaf. Prints as the op's name. */
  get gradFn(): History | null {
    return this.isLeaf ? null : this.entry;
  }

  /** The gradient accumulated by `backward()`, or null if none has reached this tensor yet. Assign null to clear it. */
  get grad(): Tensor | null {
    if (this.accumulated === null && !this.isLeaf && !this.retainsGrad && !warnedNonLeafGrad) {
      warnedNonLeafGrad = true;
      console.warn(
        'retrograd: the .grad attribute of a Tensor that is not a leaf Tensor is being accessed. It is not ' +
          'populated during backward(); call retainGrad() on the tensor first if you want it.',
      );
    }
    if (this.accumulated !== null) this.accumulated.storage.claims = SEEN;
    return this.accumulated;
  }

  set grad(value: Tensor | null) {
    if (value !== null) {
      if (!isTensor(value)) throw new AutogradError('grad: assigned grad must be a Tensor or null');
      if (value === this) throw new AutogradError("grad: can't assign a Tensor as its own grad");
      if (!sameShape(value.shape, this.shape)) {
        throw new ShapeError(
          `grad: assigned grad has data of a different size: ${formatShape(value.shape)} for a tensor of shape ` +
            formatShape(this.shape),
        );
      }
      if (value.dtype !== this.dtype) {
        throw new DTypeError(
          `grad: assigned grad has data of a different type: ${value.dtype} for ${this.dtype}`,
        );
      }
      value.storage.claims = SEEN;
    }
    const before = this.accumulated;
    this.accumulated = value;
    // A gradient that nobody has ever read is not needed by anybody: the next pass may use its array.
    if (before !== null && before.storage.claims === 0) {
      before.storage.claims = SEEN;
      recycle(before.dtype, before.storage.array);
    }
  }

  /** A tensor with the same elements (one storage, one version counter) that is not part of the tape. */
  detach(): Tensor {
    return new Tensor(this.storage, this.offset, this.shape, this.strides, this.dtype);
  }

  /** The number of in-place modifications of this tensor's storage so far (torch.Tensor._version). */
  get version(): number {
    return this.storage.version;
  }
}

Object.defineProperty(Tensor.prototype, BRAND, { value: true });

/** Whether a value is a tensor, of this or of another loaded copy of the package. */
export function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** A new contiguous tensor of zeros, not on the tape. */
export function allocateTensor(shape: Shape, dtype: DType): Tensor {
  return new Tensor(new Storage(allocate(dtype, numelOf(shape))), 0, shape, contiguousStrides(shape), dtype);
}

/** A contiguous tensor over an existing array, without a copy. */
export function wrapArray(array: NumericArray, shape: Shape, dtype: DType): Tensor {
  return new Tensor(new Storage(array), 0, shape, contiguousStrides(shape), dtype);
}

/** A tensor over the same storage with another layout, not on the tape: what every view op returns. */
export function viewAs(x: Tensor, offset: number, shape: Shape, strides: readonly number[]): Tensor {
  const view = new Tensor(x.storage, offset, shape, strides, x.dtype);
  view.viewEpoch = x.storage.epoch;
  return view;
}

/** The array of a floating tensor, for kernels that take no other. */
export function floatArray(x: Tensor): FloatArray {
  const { array } = x.storage;
  if (isFloating(x.dtype)) return array as FloatArray;
  throw new DTypeError(`expected a floating point tensor, got ${x.dtype}`);
}

/** The array of an int32 tensor, for kernels that take indices. */
export function indexArray(x: Tensor): Int32Array {
  if (x.dtype === 'int32') return x.storage.array as Int32Array;
  throw new DTypeError(`expected an int32 tensor, got ${x.dtype}`);
}

/** The array of a bool tensor, for kernels that take conditions. */
export function boolArray(x: Tensor): Uint8Array {
  if (x.dtype === 'bool') return x.storage.array as Uint8Array;
  throw new DTypeError(`expected a bool tensor, got ${x.dtype}`);
}
