/* What people check gradients with otherwise, as algorithms: each returns what it complains of, or null. */
import { fromTypedArray, Generator, grad, isTensor, type Tensor, zerosLike } from '@retrograd/core';
import type { Nested } from '../../src/options.ts';
import type { Checked } from './bug.ts';

/**
 * Central differences as written by hand: the gradient of the sum of all outputs, step 1e-5, relative tolerance 1e-4
 * (absolute below 1).
 */
export function centralDifferences(f: Checked, inputs: readonly Nested[]): string | null {
  const h = 1e-5;
  const total = (): number =>
    tensorsIn(f(...inputs)).reduce((sum, y) => sum + elements(y).reduce((a, b) => a + b, 0), 0);
  const wanted = tensorsIn(inputs).filter((x) => x.requiresGrad);
  const outputs = tensorsIn(f(...inputs)).filter((y) => y.requiresGrad);
  wanted.forEach((x) => (x.grad = null));
  outputs.map((y) => y.sum()).reduce((a, b) => a.add(b)).backward(); // prettier-ignore
  for (const x of wanted) {
    const analytic = x.grad === null ? zeros(x.numel()) : elements(x.grad);
    for (let e = 0; e < analytic.length; e++) {
      const numeric = (shifted(x, e, h, total) - shifted(x, e, -h, total)) / (2 * h);
      const scale = Math.max(1, Math.abs(numeric), Math.abs(analytic[e]));
      if (!(Math.abs(analytic[e] - numeric) / scale <= 1e-4))
        return `element ${e}: ${analytic[e]} for ${numeric}`;
    }
  }
  return null;
}

/** The defaults of torch.autograd.gradcheck. */
const eps = 1e-6;
const atol = 1e-5;
const rtol = 1e-3;

/**
 * The algorithm of torch.autograd.gradcheck (1.13) with default settings: the whole Jacobian by central differences, row
 * by row against one-hot cotangents; the backward pass twice for determinism; zero and undefined cotangents give zero.
 * With `order` 2 or more torch.autograd.gradgradcheck too.
 */
export function torchGradcheck(
  f: Checked,
  inputs: readonly Nested[],
  { order = 1, fast = false }: { order?: number; fast?: boolean } = {},
): string | null {
  const found = gradcheck((xs) => tensorsIn(f(...withTensors(inputs, xs))), tensorsIn(inputs), fast);
  if (found !== null || order === 1) return found;
  const second = gradgradcheck((xs) => tensorsIn(f(...withTensors(inputs, xs))), tensorsIn(inputs), fast);
  return second && `second order: ${second}`;
}

type Flat = (inputs: readonly Tensor[]) => Tensor[];

function gradcheck(f: Flat, inputs: readonly Tensor[], fast: boolean): string | null {
  const all = f(inputs);
  const outputs = all.filter((y) => y.requiresGrad);
  const wanted = inputs.filter((x) => x.requiresGrad);
  const slots = all.map((y, i) => (y.requiresGrad ? i : -1)).filter((i) => i >= 0);
  if (outputs.length === 0) {
    const flat = wanted.every((x) =>
      numericalJacobian(f, inputs, x, all)
        .flat(2)
        .every((v) => v === 0),
    );
    return flat ? null : 'Numerical gradient for function expected to be zero';
  }
  const failure = fast
    ? fastMode(f, inputs, wanted, outputs, slots)
    : slowMode(f, inputs, wanted, outputs, slots, all);
  return failure ?? zeroCotangents(outputs, wanted) ?? undefinedCotangents(f, inputs, wanted, outputs.length);
}

function slowMode(
  f: Flat,
  inputs: readonly Tensor[],
  wanted: readonly Tensor[],
  outputs: readonly Tensor[],
  slots: readonly number[],
  all: readonly Tensor[],
): string | null {
  const numerical = wanted.map((x) => numericalJacobian(f, inputs, x, all));
  for (const [o, y] of outputs.entries()) {
    const rows = analyticalRows(y, wanted);
    if (!identical(rows, analyticalRows(y, wanted))) return 'Backward is not reentrant';
    for (const [i, x] of wanted.entries()) {
      for (let e = 0; e < x.numel(); e++) {
        for (let r = 0; r < rows.length; r++) {
          const [a, n] = [rows[r][i][e], numerical[i][e][slots[o]][r]];
          if (!close(a, n, atol)) return `Jacobian mismatch for output ${o}, input ${i}: ${a} for ${n}`;
        }
      }
    }
  }
  return null;
}

/** Fast mode: one random direction per input and output, and a tolerance for the sum of all entries' errors. */
function fastMode(
  f: Flat,
  inputs: readonly Tensor[],
  wanted: readonly Tensor[],
  outputs: readonly Tensor[],
  slots: readonly number[],
): string | null {
  const generator = new Generator(0);
  const direction = (x: Tensor): number[] => {
    const values = Array.from({ length: x.numel() }, () => generator.random24());
    const norm = Math.hypot(...values);
    return values.map((v) => v / norm);
  };
  const us = wanted.map(direction);
  const vs = outputs.map(direction);
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((v, i) => v * b[i]));
  for (const [o, y] of outputs.entries()) {
    const seed = like(y, vs[o]);
    const once = analyticalRow(y, wanted, seed);
    if (!identical([once], [analyticalRow(y, wanted, seed)])) return 'Backward is not reentrant';
    for (const [i, x] of wanted.entries()) {
      const at = (step: number): number[] => displaced(x, us[i], step, () => elements(f(inputs)[slots[o]]));
      const [up, down] = [at(eps), at(-eps)];
      const numeric = dot(up.map((v, k) => (v - down[k]) / (2 * eps)), vs[o]); // prettier-ignore
      const analytic = dot(once[i], us[i]);
      if (!close(analytic, numeric, atol * sum(us[i]) * sum(vs[o])))
        return `${analytic} for ${numeric} in fast mode`;
    }
  }
  return null;
}

/** torch.autograd.gradgradcheck: gradcheck of the gradients, as a function of the inputs and random cotangents. */
function gradgradcheck(f: Flat, inputs: readonly Tensor[], fast: boolean): string | null {
  const generator = new Generator(0);
  const cotangents = f(inputs)
    .filter((y) => y.requiresGrad)
    .map((y) =>
      like(
        y,
        Array.from({ length: y.numel() }, () => 2 * generator.random53() - 1),
      ).requiresGrad_(),
    );
  return gradcheck(
    (all) => {
      const xs = all.slice(0, inputs.length);
      const outputs = f(xs).filter((y) => y.requiresGrad);
      const gradients = grad(
        outputs,
        xs.filter((x) => x.requiresGrad),
        { gradOutputs: all.slice(inputs.length), createGraph: true, allowUnused: true },
      );
      return gradients.filter((g) => g !== null);
    },
    [...inputs, ...cotangents],
    fast,
  );
}

/** By input element: each output's slope, by output element. */
function numericalJacobian(
  f: Flat,
  inputs: readonly Tensor[],
  x: Tensor,
  outputs: readonly Tensor[],
): number[][][] {
  return Array.from({ length: x.numel() }, (_, e) => {
    const values = (): number[][] => f(inputs).map(elements);
    const up = shifted(x, e, eps, values);
    const down = shifted(x, e, -eps, values);
    return outputs.map((__, o) => up[o].map((value, r) => (value - down[o][r]) / (2 * eps)));
  });
}

function analyticalRows(y: Tensor, wanted: readonly Tensor[]): number[][][] {
  return Array.from({ length: y.numel() }, (_, r) => {
    const seed = zeros(y.numel());
    seed[r] = 1;
    return analyticalRow(y, wanted, like(y, seed));
  });
}

function analyticalRow(y: Tensor, wanted: readonly Tensor[], seed: Tensor): number[][] {
  return grad(y, wanted, { gradOutputs: seed, retainGraph: true, allowUnused: true }).map((g, i) =>
    g === null ? zeros(wanted[i].numel()) : elements(g),
  );
}

function zeroCotangents(outputs: readonly Tensor[], wanted: readonly Tensor[]): string | null {
  const found = grad(outputs, wanted, { gradOutputs: outputs.map((y) => zerosLike(y)), allowUnused: true });
  return allZero(found) ? null : 'backward not multiplied by grad_output';
}

/** One output at a time gets no cotangent at all, the others zeros. */
function undefinedCotangents(
  f: Flat,
  inputs: readonly Tensor[],
  wanted: readonly Tensor[],
  count: number,
): string | null {
  for (let missing = 0; count > 1 && missing < count; missing++) {
    const outputs = f(inputs).filter((y) => y.requiresGrad).filter((_, i) => i !== missing); // prettier-ignore
    const found = grad(outputs, wanted, { gradOutputs: outputs.map((y) => zerosLike(y)), allowUnused: true });
    if (!allZero(found)) return 'Expected all input grads to be undefined or zero';
  }
  return null;
}

const allZero = (gradients: readonly (Tensor | null)[]): boolean =>
  gradients.every((g) => g === null || elements(g).every((v) => v === 0));

/** torch.allclose for one number. */
const close = (a: number, n: number, tolerance: number): boolean =>
  a === n || (Number.isFinite(n) && Math.abs(a - n) <= tolerance + rtol * Math.abs(n));

/** Whether no two entries differ by a number greater than 0 (so NaN goes unnoticed, as there). */
const identical = (a: readonly number[][][], b: readonly number[][][]): boolean =>
  a.every((row, r) => row.every((g, i) => g.every((v, e) => !(Math.abs(v - b[r][i][e]) > 0))));

const zeros = (n: number): number[] => new Array<number>(n).fill(0);

function like(x: Tensor, values: readonly number[]): Tensor {
  return fromTypedArray(Float64Array.from(values), x.shape).to(x.dtype);
}

function elements(x: Tensor): number[] {
  return Array.from(x.detach().contiguous().data);
}

/** What `read` gives while one element of x, which is contiguous, is displaced. */
function shifted<T>(x: Tensor, element: number, by: number, read: () => T): T {
  const one = zeros(x.numel());
  one[element] = 1;
  return displaced(x, one, by, read);
}

function displaced<T>(x: Tensor, direction: readonly number[], by: number, read: () => T): T {
  const { data } = x;
  const before = data.slice();
  direction.forEach((d, e) => (data[e] += by * d));
  const result = read();
  direction.forEach((d, e) => {
    if (d !== 0) data[e] = before[e];
  });
  return result;
}

function tensorsIn(value: unknown): Tensor[] {
  if (isTensor(value)) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(tensorsIn);
}

/** The structure with its tensors replaced, in order. */
function withTensors(value: readonly Nested[], tensors: readonly Tensor[]): Nested[] {
  const rest = [...tensors];
  const replace = (item: Nested): Nested => {
    if (isTensor(item)) return rest.shift();
    if (Array.isArray(item)) return (item as readonly Nested[]).map(replace);
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(Object.entries(item).map(([key, field]) => [key, replace(field)]));
  };
  return value.map(replace);
}
