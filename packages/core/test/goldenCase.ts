/* Golden cases of ops, as scripts/golden/golden_case.py writes them: decoding, running, comparing. */
import * as core from '../src/index.ts';
import type { DType, Tensor } from '../src/index.ts';

const { abs, max, min } = Math;

/** JSON has no NaN and no infinities: those are strings. */
export type Numbers = readonly (number | string)[];

/** A tensor's description. */
export interface Spec {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: Numbers;
}

/** An input: `strided` says how its elements are to lie in memory. */
export interface InputSpec extends Spec {
  readonly requiresGrad?: boolean;
  readonly strided?: 'transposed' | 'stepped' | 'expanded';
}

/** An output: `name` is its field where the function returns an object. */
interface OutputSpec extends Spec {
  readonly name?: string;
}

/** Per tensor its numbers, or null where there is no gradient. */
export type Gradients = readonly (Numbers | null)[];

/** One call of one function, and what PyTorch made of it. */
export interface GoldenCase {
  readonly fn: string;
  readonly note: string;
  readonly seed?: number;
  readonly args: readonly unknown[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly inputs: readonly InputSpec[];
  /** The function returns an array. */
  readonly list?: boolean;
  /** Outputs are compared by their absolute values, being determined only up to signs. */
  readonly through?: 'abs';
  readonly outputs: readonly OutputSpec[];
  readonly cotangents?: Gradients;
  readonly grads?: Gradients;
  /** The gradients of Σ⟨grad, direction⟩ with respect to inputs and cotangents; null counts as zero. */
  readonly secondOrder?: {
    readonly directions: Gradients;
    readonly inputs: Gradients;
    readonly cotangents: Gradients;
  };
}

const TOLERANCES: Partial<Record<DType, { rtol: number; atol: number }>> = {
  float64: { rtol: 1e-9, atol: 1e-12 },
  float32: { rtol: 1e-6, atol: 1e-7 },
};

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/** Runs a case and throws an error that names the first number that is not PyTorch's. */
export function runGolden(golden: GoldenCase, asMethod: boolean): void {
  const inputs = golden.inputs.map(inputOf);
  if (golden.seed !== undefined) core.manualSeed(golden.seed);
  const outputs = outputsOf(golden, call(golden, inputs, asMethod));
  outputs.forEach((y, i) => expectTensor(outputName(golden, i), y, golden.outputs[i]));
  inputs.forEach((x, i) => expectTensor(`input ${i} afterwards`, x, golden.inputs[i]));
  const { cotangents, grads, secondOrder } = golden;
  if (cotangents === undefined || grads === undefined) {
    const recorded = outputs.findIndex((y) => y.requiresGrad);
    if (recorded >= 0) throw new Error(`${outputName(golden, recorded)} requires grad, PyTorch's does not`);
    return;
  }

  const twice = secondOrder !== undefined;
  const roots = outputs.filter((_, i) => cotangents[i] !== null);
  const seeds = outputs.map((y, i) => tensorOf(y, cotangents[i], twice));
  const wanted = inputs.filter((x) => x.requiresGrad);
  const found = core.grad(roots, wanted, {
    gradOutputs: seeds.filter((seed) => seed !== null),
    createGraph: twice,
    allowUnused: true,
  });
  const firsts = spread(found, inputs);
  firsts.forEach((g, i) => expectGradient(`gradient of input ${i}`, g, inputs[i], grads[i]));
  if (secondOrder === undefined) return;

  const terms = firsts.map((g, i) => {
    const direction = tensorOf(inputs[i], secondOrder.directions[i], false);
    return g === null || direction === null ? null : core.sum(core.mul(g, direction)).to('float64');
  });
  const total = terms.filter((term) => term !== null).reduce((a, b) => core.add(a, b));
  const variables = [...wanted, ...seeds.filter((seed) => seed !== null)];
  const doubled = total.requiresGrad
    ? core.grad(total, variables, { allowUnused: true })
    : variables.map(() => null);
  const ofInputs = spread(doubled, inputs);
  const ofSeeds = spread(doubled.slice(wanted.length), seeds);
  ofInputs.forEach((g, i) => expectSecond(`second order, input ${i}`, g, inputs[i], secondOrder.inputs[i]));
  ofSeeds.forEach((g, i) => {
    const seed = seeds[i];
    if (seed !== null) expectSecond(`second order, cotangent ${i}`, g, seed, secondOrder.cotangents[i]);
  });
}

/** One entry per tensor: the next gradient found if it requires one, else null. */
export function spread(
  found: readonly (Tensor | null)[],
  tensors: readonly (Tensor | null)[],
): (Tensor | null)[] {
  let next = 0;
  return tensors.map((x) => (x?.requiresGrad ? found[next++] : null));
}

// Calling

function call({ fn, args, options }: GoldenCase, inputs: readonly Tensor[], asMethod: boolean): unknown {
  const decode = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(decode);
    if (typeof value !== 'object' || value === null) return value;
    const coded = value as { t?: number; number?: string; slice?: (number | null)[] };
    if (coded.t !== undefined) return inputs[coded.t];
    if (coded.number !== undefined) return Number(coded.number);
    if (coded.slice !== undefined) return sliceOf(coded.slice);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]));
  };
  const decoded = args.map(decode);
  if (options !== undefined) decoded.push(decode(options));
  const [self, ...rest] = decoded;
  if (asMethod && core.isTensor(self)) return functionOf(self, fn, `the method ${fn}`).apply(self, rest);
  return functionOf(core, fn, `the function ${fn}`)(...decoded);
}

function sliceOf([start, end, step]: readonly (number | null)[]): unknown {
  return core.slice(start, end, step);
}

function functionOf(holder: object, name: string, what: string): (...args: unknown[]) => unknown {
  const found = name
    .split('.')
    .reduce<unknown>(
      (from, key) => (typeof from === 'object' && from !== null ? Reflect.get(from, key) : null),
      holder,
    );
  if (typeof found !== 'function') throw new Error(`${what} does not exist`);
  return found as (...args: unknown[]) => unknown;
}

function outputsOf({ fn, outputs, list, through }: GoldenCase, result: unknown): Tensor[] {
  const found: readonly unknown[] = list
    ? Array.from(result as Iterable<unknown>)
    : outputs.map(({ name }) => (name === undefined ? result : (result as Record<string, unknown>)[name]));
  if (found.length !== outputs.length)
    throw new Error(`${fn} returned ${found.length} tensors, PyTorch ${outputs.length}`);
  return found.map((y, i) => {
    if (!core.isTensor(y)) throw new Error(`${fn} returned ${typeof y} as ${outputs[i].name ?? 'output'}`);
    return through === 'abs' ? core.abs(y) : y;
  });
}

function outputName({ outputs }: GoldenCase, i: number): string {
  return outputs[i].name ?? (outputs.length > 1 ? `output ${i}` : 'the output');
}

// Decoding

export function inputOf({ shape, dtype, data, requiresGrad = false, strided }: InputSpec): Tensor {
  const values = ARRAYS[dtype].from(data.map(Number));
  if (strided === undefined) return core.fromTypedArray(values, shape, { dtype, requiresGrad });
  const strides = LAYOUTS[strided](shape);
  const offset = strided === 'stepped' ? 1 : 0;
  const last = shape.reduce((at, extent, dim) => at + max(extent - 1, 0) * strides[dim], offset);
  // What lies between the elements is never a number that a result could be made of unnoticed.
  const storage = new ARRAYS[dtype](last + 1).fill(dtype === 'bool' ? 1 : 77);
  positions(shape, strides, offset).forEach((at, i) => (storage[at] = values[i]));
  const base = core.fromTypedArray(storage, [storage.length], { dtype });
  return new core.Tensor(base.storage, offset, shape, strides, dtype).requiresGrad_(requiresGrad);
}

/** Column-major: the first dim varies fastest. */
function transposedStrides(shape: readonly number[]): number[] {
  return shape.map((_, dim) => shape.slice(0, dim).reduce((n, extent) => n * max(extent, 1), 1));
}

/** Row-major, with every second element left out. */
function steppedStrides(shape: readonly number[]): number[] {
  return shape.map((_, dim) => 2 * shape.slice(dim + 1).reduce((n, extent) => n * max(extent, 1), 1));
}

/** Row-major, with one element for all positions along the first dim. */
function expandedStrides(shape: readonly number[]): number[] {
  return shape.map((_, dim) => (dim === 0 ? 0 : shape.slice(dim + 1).reduce((n, extent) => n * extent, 1)));
}

const LAYOUTS = { transposed: transposedStrides, stepped: steppedStrides, expanded: expandedStrides };

/** Where each element lies, in row-major order. */
export function positions(shape: readonly number[], strides: readonly number[], offset: number): number[] {
  return shape.reduce<number[]>(
    (all, extent, dim) =>
      all.flatMap((at) => Array.from({ length: extent }, (_, k) => at + k * strides[dim])),
    [offset],
  );
}

/** A tensor of another's shape and dtype. */
function tensorOf(like: Tensor, data: Numbers | null, requiresGrad: boolean): Tensor | null {
  return data === null ? null : inputOf({ shape: like.shape, dtype: like.dtype, data, requiresGrad });
}

// Comparing

function expectGradient(what: string, g: Tensor | null, of: Tensor, data: Numbers | null): void {
  if (g === null || data === null) {
    if (g !== data)
      throw new Error(
        `${what}: ${g === null ? 'null' : 'a tensor'}, PyTorch has ${data === null ? 'null' : `[${data.join(', ')}]`}`,
      );
    return;
  }
  expectTensor(what, g, { shape: of.shape, dtype: of.dtype, data });
}

function expectSecond(what: string, g: Tensor | null, of: Tensor, data: Numbers | null): void {
  const zeros = (): number[] => Array.from({ length: of.numel() }, () => 0);
  expectTensor(what, g ?? core.zerosLike(of), { shape: of.shape, dtype: of.dtype, data: data ?? zeros() });
}

function expectTensor(what: string, y: Tensor, { shape, dtype, data }: Spec): void {
  const got = `${y.dtype} [${y.shape.join(', ')}]`;
  const wanted = `${dtype} [${shape.join(', ')}]`;
  if (got !== wanted) throw new Error(`${what}: ${got}, PyTorch has ${wanted}`);
  const expected = data.map(Number);
  const actual = positions(y.shape, y.strides, y.offset).map((at) => y.storage.array[at]);
  const { rtol, atol } = TOLERANCES[dtype] ?? { rtol: 0, atol: 0 };
  const largest = expected.reduce((m, v) => (Number.isFinite(v) ? max(m, abs(v)) : m), 0);
  // Rounding is relative to the numbers that were added, but a 1e300 among them must not excuse the others.
  const scale = min(max(largest, 1), 1e6);
  const wrong = expected.findIndex((e, i) => {
    const a = actual[i];
    if (!Number.isFinite(e)) return !Object.is(a, e);
    return !(abs(a - e) <= rtol * abs(e) + atol * scale);
  });
  if (wrong >= 0) {
    throw new Error(
      `${what}: element ${wrong} is ${actual[wrong]}, PyTorch has ${expected[wrong]}\n` +
        `  got      [${actual.join(', ')}]\n  expected [${expected.join(', ')}]`,
    );
  }
}
