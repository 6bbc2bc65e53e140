/* A function of tensors as the checker runs it: from a flat list of leaves to a flat list of floating outputs. */
import { clone, isFloating, manualSeed, noGrad, type DType, type Tensor } from '@retrograd/core';
import { GradcheckUsageError } from './errors.ts';
import { dense, type LeafSpec } from './leaves.ts';
import { mapTensors, tensorsIn, type NamedTensor } from './nesting.ts';
import type { ModuleLike } from './options.ts';

/** A function whose leaves are known. */
export interface Program {
  readonly name: string;
  readonly order: number;
  /** See `Subject.floor`. */
  readonly floor: number;
  readonly leaves: readonly LeafSpec[];
  /** The tensors among the inputs that are not differentiated (copies), and what they held at first. */
  readonly constants: readonly (NamedTensor & { readonly values: Float64Array })[];
  /** The leaves' values, one after the other. */
  readonly point: Float64Array;
  /**
   * Runs it on the leaves; with `record` so that the result can be differentiated. `constant` may replace the inputs that
   * are not differentiated.
   */
  run(leaves: readonly Tensor[], record: boolean, constant?: (x: Tensor) => Tensor): NamedTensor[];
}

/** A function, or a module, to be checked. */
export type Checkable = ((...inputs: never[]) => unknown) | ModuleLike;

export function isModule(f: unknown): f is ModuleLike {
  return typeof f === 'object' && f !== null && 'forward' in f && 'namedParameters' in f;
}

/** The function's or class's own name. */
export function nameOf(f: Checkable): string {
  return (isModule(f) ? f.constructor.name : f.name) || 'f';
}

/** What is needed of the function besides its inputs. */
export interface ProgramOptions {
  readonly name: string;
  readonly seed: number;
  /** `float64` casts inputs and parameters; `own` leaves their dtypes. */
  readonly precision: 'float64' | 'own';
  /** Called before every call of f: puts back what the last one may have changed. */
  readonly reset: () => void;
}

/**
 * Makes a program of f. The leaves are the floating inputs that require grad (all floating ones if none does), then
 * the module's parameters that do.
 *
 * @throws GradcheckUsageError if there is nothing to differentiate.
 */
export function programOf(f: Checkable, inputs: readonly unknown[], options: ProgramOptions): Program {
  const { name, seed, precision, reset } = options;
  const cast = (dtype: DType): DType => (precision === 'float64' ? 'float64' : dtype);
  const given = inputs.flatMap((input, i) => tensorsIn(input, `inputs[${i}]`));
  const parameters = isModule(f) ? f.namedParameters().filter(([, p]) => p.requiresGrad) : [];
  const floating = given.filter(({ tensor: x }) => isFloating(x.dtype));
  const asking = floating.filter(({ tensor: x }) => x.requiresGrad);
  const checked = asking.length > 0 || parameters.length > 0 ? asking : floating;
  if (checked.length + parameters.length === 0) {
    const got = given.map(({ name: where, tensor: x }) => `${where}: ${x.dtype} [${x.shape}]`).join(', ');
    throw new GradcheckUsageError(
      `${name}: there is nothing to differentiate: none of the inputs (${got || 'no tensors'}) is a floating point ` +
        `tensor. Give float32 or float64 tensors, for integer inputs have no gradient; functions of plain numbers and arrays are for checkGradient`,
    );
  }
  const tensors = [
    ...checked.map(({ name: where, tensor: x }) => ({ name: where, tensor: x, parameter: null })),
    ...parameters.map(([where, x]) => ({ name: where, tensor: x, parameter: x })),
  ];
  const leaves = tensors.map(({ name: where, tensor: x, parameter }): LeafSpec => {
    return { name: where, shape: [...x.shape], dtype: cast(x.dtype), parameter };
  });
  const isChecked = new Set(checked.map(({ name: where }) => where));
  // What is not differentiated stays the same tensor in every run.
  const constants = given.flatMap(({ name: where, tensor: x }) => {
    if (isChecked.has(where)) return [];
    const copy = isFloating(x.dtype)
      ? dense(valuesOf(x), { shape: x.shape, dtype: cast(x.dtype) })
      : clone(x.detach());
    return [{ name: where, tensor: copy, values: valuesOf(x) }];
  });
  const constantAt = new Map(constants.map(({ name: where, tensor: x }) => [where, x]));
  const call = (args: readonly unknown[]): unknown =>
    isModule(f) ? f.forward(...(args as never[])) : f(...(args as never[]));

  return {
    name,
    order: 1,
    floor: 0,
    leaves,
    constants,
    point: joined(tensors.map(({ tensor: x }) => valuesOf(x))),
    run(xs, record, constant = (x) => x) {
      let next = 0;
      const place = (x: Tensor, where: string): Tensor =>
        isChecked.has(where) ? xs[next++] : constant(constantAt.get(where) ?? x);
      const args = inputs.map((input, i) => mapTensors(input, `inputs[${i}]`, place));
      reset();
      manualSeed(seed);
      const result = record ? call(args) : noGrad(() => call(args));
      if (result instanceof Promise) {
        throw new GradcheckUsageError(
          `${name}: f returned a promise. Differences need its value at once: check the synchronous part of it`,
        );
      }
      return tensorsIn(result, 'out').filter(({ tensor: y }) => isFloating(y.dtype));
    },
  };
}

/** A tensor's elements in row-major order. */
export function valuesOf(x: Tensor): Float64Array {
  return Float64Array.from(x.detach().contiguous().data);
}

/** Vectors one after the other. */
export function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((n, part) => n + part.length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}
