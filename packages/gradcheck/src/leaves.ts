/* The tensors a function is run on: fresh ones for every run, or a module's own parameters with other contents. */
import { fromTypedArray, Tensor, type DType } from '@retrograd/core';

/** How leaves are made. */
export interface LeafOptions {
  /** Whether gradients are recorded, or of which leaves (parameters: always). Default true. */
  readonly record?: boolean | ((leaf: number) => boolean);
  /**
   * Elements at strides nobody expects, or (`offset`) in order but not at the start of their memory (of inputs; parameters
   * stay as they are). Default false.
   */
  readonly strided?: boolean | 'offset';
}

/** An input, or a parameter of a module, that is differentiated. */
export interface LeafSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** The module's tensor that gets the values; null for an input, which is made anew. */
  readonly parameter: Tensor | null;
}

/** The tensors of one run. Parameters hold one run's values at a time: `install` gives them back this run's. */
export interface Leaves {
  readonly tensors: readonly Tensor[];
  install(): void;
}

/** What makes a tensor's contents; a parameter's is replaced as a whole, so that whoever holds it sees the change. */
type Contents = Pick<Tensor, 'storage' | 'offset' | 'strides' | 'dtype' | 'entry' | 'slot' | 'accumulated'>;

export function contentsOf(x: Tensor): Contents {
  const { storage, offset, strides, dtype, entry, slot, grad } = x;
  return { storage, offset, strides, dtype, entry, slot, accumulated: grad };
}

/** Gives x other contents, of the same shape. */
export function replaceContents(x: Tensor, contents: Contents): void {
  Object.assign(x, contents);
}

export function makeLeaves(specs: readonly LeafSpec[], x: Float64Array, options: LeafOptions = {}): Leaves {
  let start = 0;
  const parameters: [Tensor, Contents][] = [];
  const { record = true } = options;
  const tensors = specs.map((spec, i) => {
    const n = spec.shape.reduce((a, b) => a * b, 1);
    const values = x.subarray(start, start + n);
    start += n;
    const made = (spec.parameter ? dense : layouts[String(options.strided ?? false)])(values, spec);
    if (!spec.parameter)
      return (typeof record === 'function' ? record(i) : record) ? made.requiresGrad_() : made;
    parameters.push([spec.parameter, contentsOf(made)]);
    return spec.parameter;
  });
  const install = (): void => {
    for (const [parameter, contents] of parameters) {
      const held = holding.get(parameter);
      if (held === contents) continue;
      // The tape entry is made when a parameter is first used; it must come back with what it belongs to.
      if (held?.storage === parameter.storage) Object.assign(held, contentsOf(parameter));
      replaceContents(parameter, contents);
      holding.set(parameter, contents);
    }
  };
  install();
  return { tensors, install };
}

/** Which run's contents each parameter holds. */
const holding = new WeakMap<Tensor, Contents>();

/** A contiguous tensor of these values. */
export function dense(
  values: ArrayLike<number>,
  { shape, dtype }: Pick<LeafSpec, 'shape' | 'dtype'>,
): Tensor {
  const data = dtype === 'float32' ? Float32Array.from(values) : Float64Array.from(values);
  return fromTypedArray(data, shape);
}

/** The same elements with dims reversed in memory, gaps between them and an offset before. */
function scattered(values: Float64Array, { shape, dtype }: LeafSpec): Tensor {
  const buffer = new Float64Array(2 * values.length + 3).fill(-99);
  const strides = shape.map(() => 0);
  let stride = 2;
  shape.forEach((extent, d) => {
    strides[d] = stride;
    stride *= extent > 0 ? extent : 1;
  });
  values.forEach((value, element) => {
    let rest = element;
    let at = 3;
    for (let d = shape.length - 1; d >= 0; d--) {
      at += (rest % shape[d]) * strides[d];
      rest = Math.floor(rest / shape[d]);
    }
    buffer[at] = value;
  });
  const flat = dense(buffer, { shape: [buffer.length], dtype });
  return new Tensor(flat.storage, 3, shape, strides, dtype);
}

/** The same elements in order, after others in the same memory. */
function shifted(values: Float64Array, { shape, dtype }: LeafSpec): Tensor {
  const all = dense([-99, -98, -97, ...values], { shape: [values.length + 3], dtype });
  return all.narrow(0, 3, values.length).reshape(shape);
}

const layouts: Readonly<Record<string, (values: Float64Array, spec: LeafSpec) => Tensor>> = {
  false: dense,
  true: scattered,
  offset: shifted,
};
