/* Inputs for planted bugs: the same numbers at every call, of the kind people try a function with. */
import { fromTypedArray, Generator, tensor, type Shape, type Tensor } from '@retrograd/core';

type Shaped<S extends readonly Shape[]> = { [K in keyof S]: Tensor };

/** Makes float64 tensors that require grad, uniform in [low, high), one per shape. */
export function within<S extends readonly Shape[]>(low: number, high: number, ...shapes: S): () => Shaped<S> {
  return () => {
    const generator = new Generator(11);
    return shapes.map((shape) => {
      const data = Float64Array.from(
        { length: shape.reduce((a, b) => a * b, 1) },
        () => low + (high - low) * generator.random53(),
      );
      return fromTypedArray(data, shape, { requiresGrad: true });
    }) as Shaped<S>;
  };
}

/** Makes float64 tensors that require grad, uniform in [-2, 2). */
export function floats<S extends readonly Shape[]>(...shapes: S): () => Shaped<S> {
  return within(-2, 2, ...shapes);
}

/** A float64 tensor that requires grad, with these values. */
export function leaf(values: number | number[] | number[][]): Tensor {
  return tensor(values, { dtype: 'float64', requiresGrad: true });
}

/** An int32 tensor. */
export function integers(values: number[] | number[][]): Tensor {
  return tensor(values, { dtype: 'int32' });
}

/** A float64 tensor that does not require grad. */
export function constant(values: number | number[] | number[][]): Tensor {
  return tensor(values, { dtype: 'float64' });
}

/** Changes an element behind the tape's back, as code does that writes to `x.data`. */
export function poke(x: Tensor, index: number, change: (value: number) => number): void {
  const { array } = x.storage;
  array[x.offset + index] = change(array[x.offset + index]);
}
