import { isTensor, noGrad, Tensor } from '@retrograd/core';

/** Parameters are recognised by this brand, so that two loaded copies of the package understand each other. */
const BRAND = Symbol.for('retrograd.nn.Parameter');

/**
 * A tensor that a module finds among its fields and counts as its own (torch.nn.Parameter): a leaf that requires grad
 * and shares the elements of the tensor it is made from.
 *
 *     this.weight = new Parameter(zeros([3, 2]));
 */
export class Parameter extends Tensor {
  /**
   * @param data - The elements, which are shared, not copied; its history is not.
   * @param requiresGrad - Whether a gradient is wanted. Default true.
   * @throws DTypeError if a gradient is wanted of a tensor of integers.
   */
  constructor(data: Tensor, requiresGrad = true) {
    if (!isTensor(data))
      throw new TypeError(`Parameter: expected a Tensor, got ${data === null ? 'null' : typeof data}`);
    super(data.storage, data.offset, data.shape, data.strides, data.dtype);
    this.requiresGrad_(requiresGrad);
  }

  /**
   * Makes this parameter share the elements, shape and dtype of another tensor from now on, in place of its own (what
   * `parameter.data = x` does in PyTorch). It stays the same object, so whoever holds it (optimizers, modules that
   * share it) sees the change. A gradient is kept if it fits, converted to the new dtype, else forgotten.
   */
  setData(data: Tensor): this {
    const { grad } = this;
    // What was saved on the tape before is stale: a later version makes backward notice.
    data.storage.version = Math.max(data.storage.version, this.version + 1);
    const { storage, offset, shape, strides, dtype } = data;
    Object.assign<Body, Body>(this, { storage, offset, shape, strides, dtype });
    this.viewEpoch = -1;
    if (grad !== null) {
      const fits = grad.shape.join() === data.shape.join();
      this.grad = fits ? noGrad(() => grad.to(data.dtype)) : null;
    }
    return this;
  }

  /** The tensor under a heading, as PyTorch prints it. */
  override toString(): string {
    return `Parameter containing:\n${super.toString()}`;
  }

  static {
    Object.defineProperty(this.prototype, BRAND, { value: true });
    Object.defineProperty(this.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value(this: Parameter) {
        return this.toString();
      },
    });
  }
}

type Body = { -readonly [K in 'storage' | 'offset' | 'shape' | 'strides' | 'dtype']: Tensor[K] };

/** Whether a value is a parameter, of this or of another loaded copy of the package. */
export function isParameter(value: unknown): value is Parameter {
  return typeof value === 'object' && value !== null && BRAND in value;
}
