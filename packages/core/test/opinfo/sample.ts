/* One sample of OpInfo, as scripts/golden/opinfo.py writes it: forward, gradient, double backward. */
import * as core from '../../src/index.ts';
import type { Tensor } from '../../src/index.ts';
import {
  inputOf,
  positions,
  spread,
  type Gradients,
  type InputSpec,
  type Numbers,
  type Spec,
} from '../goldenCase.ts';
import type { Callee } from './call.ts';
import { gauges, type Gauge } from './gauges.ts';

const { abs, max } = Math;

/** A call that must succeed. */
export interface Sample {
  readonly seed: number;
  readonly args: readonly unknown[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly inputs: readonly InputSpec[];
  readonly gauge?: Gauge;
  readonly outputs: readonly Spec[];
  /** By their numbers, what became of inputs that the call changes. */
  readonly changed?: Readonly<Record<number, Numbers>>;
  readonly cotangents?: Gradients;
  readonly grads?: Gradients;
  readonly secondOrder?: {
    readonly directions: Gradients;
    readonly inputs: Gradients;
    readonly cotangents: Gradients;
  };
}

/** A call that must fail: `error` is the pattern of PyTorch's message. */
export type ErrorSample = Pick<Sample, 'args' | 'options' | 'inputs'> & { readonly error: string };

/** What the float32 results among the samples may be off by. */
const SINGLE: Tolerance = { rtol: 1e-5, atol: 1e-6 };

/** What a number may be off by: rtol of itself, atol of the largest number beside it. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** How far a sample was compared. */
export type Stage = 'forward' | 'gradient' | 'double backward';

/** The first number that is not PyTorch's. */
export class Deviation extends Error {
  readonly stage: Stage;

  constructor(stage: Stage, message: string) {
    super(message);
    this.stage = stage;
  }
}

/** Runs a sample and throws a Deviation where it does not give PyTorch's numbers. */
export function runSample(sample: Sample, callee: NonNullable<Callee>, tolerance: Tolerance): void {
  const inputs = sample.inputs.map(inputOf);
  const { changed = {} } = sample;
  const unchanged = watch(inputs.filter((_, i) => !(i in changed)));
  const within = <T>(stage: Stage, run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw error instanceof Deviation ? error : new Deviation(stage, messageOf(error));
    }
  };
  const outputs = within('forward', () => {
    core.manualSeed(sample.seed);
    const result = callee(decoded(sample.args, inputs) as unknown[], optionsOf(sample, inputs));
    const found = sample.gauge === undefined ? flat(result) : gauges[sample.gauge](flat(result));
    if (found.length !== sample.outputs.length)
      throw new Error(`${found.length} outputs, PyTorch has ${sample.outputs.length}`);
    if (!unchanged()) throw new Error('an input was changed');
    for (const [i, data] of Object.entries(changed)) {
      compare(
        'forward',
        `input ${i} afterwards`,
        inputs[Number(i)],
        { ...sample.inputs[Number(i)], data },
        tolerance,
      );
    }
    found.forEach((y, i) => compare('forward', `output ${i}`, y, sample.outputs[i], tolerance));
    return found;
  });
  const { cotangents, grads, secondOrder } = sample;
  if (cotangents === undefined || grads === undefined) {
    if (outputs.some((y) => y.requiresGrad)) throw new Deviation('gradient', 'an output requires grad');
    return;
  }
  const twice = secondOrder !== undefined;
  const wanted = inputs.filter((x) => x.requiresGrad);
  const seeds = outputs.map((y, i) => tensorOf(y, cotangents[i], twice));
  const givenSeeds = seeds.filter((seed) => seed !== null);
  const firsts = within('gradient', () => {
    const roots = outputs.filter((_, i) => cotangents[i] !== null);
    const found = core.grad(roots, wanted, {
      gradOutputs: givenSeeds,
      createGraph: twice,
      allowUnused: true,
    });
    const all = spread(found, inputs);
    all.forEach((g, i) => compareGradient('gradient', `of input ${i}`, g, inputs[i], grads[i], tolerance));
    return all;
  });
  if (secondOrder === undefined) return;
  within('double backward', () => {
    const terms = firsts.flatMap((g, i) => {
      const direction = tensorOf(inputs[i], secondOrder.directions[i], false);
      return g === null || direction === null ? [] : [core.sum(core.mul(g, direction))];
    });
    const total = terms.length > 0 ? terms.reduce((a, b) => core.add(a, b)) : null;
    const variables = [...wanted, ...givenSeeds];
    const doubled =
      total?.requiresGrad === true
        ? core.grad(total, variables, { allowUnused: true })
        : variables.map(() => null);
    spread(doubled, inputs).forEach((g, i) =>
      compareGradient('double backward', `of input ${i}`, g, inputs[i], secondOrder.inputs[i], tolerance),
    );
    spread(doubled.slice(wanted.length), seeds).forEach((g, i) => {
      const seed = seeds[i];
      if (seed !== null) {
        compareGradient(
          'double backward',
          `of cotangent ${i}`,
          g,
          seed,
          secondOrder.cotangents[i],
          tolerance,
        );
      }
    });
  });
}

/** Runs a call that must fail; throws unless it throws an error of ours and leaves its inputs as they were. */
export function runErrorSample(sample: ErrorSample, callee: NonNullable<Callee>): void {
  const inputs = sample.inputs.map(inputOf);
  const args = decoded(sample.args, inputs) as unknown[];
  const options = optionsOf(sample, inputs);
  const unchanged = watch(inputs);
  let thrown: unknown = null;
  try {
    callee(args, options);
  } catch (error) {
    thrown = error;
  }
  if (thrown === null) throw new Error(`no error, PyTorch: ${sample.error}`);
  // An engine's own "Cannot read properties of undefined" names no function of ours.
  if (!(thrown instanceof Error) || !/^[\w.]+: ./.test(thrown.message)) {
    throw new Error(`not an error of ours: ${messageOf(thrown)}; PyTorch: ${sample.error}`);
  }
  if (!unchanged()) throw new Error(`changed an input before it threw: ${thrown.message}`);
}

/** Tells later whether the inputs still hold what they hold now. */
function watch(inputs: readonly Tensor[]): () => boolean {
  const before = inputs.map((x) => Array.from(x.storage.array));
  return () => inputs.every((x, i) => before[i].every((v, at) => Object.is(v, x.storage.array[at])));
}

function optionsOf(sample: Pick<Sample, 'options'>, inputs: readonly Tensor[]): Record<string, unknown> {
  return decoded(sample.options ?? {}, inputs) as Record<string, unknown>;
}

function decoded(value: unknown, inputs: readonly Tensor[]): unknown {
  if (Array.isArray(value)) return value.map((item) => decoded(item, inputs));
  if (typeof value !== 'object' || value === null) return value;
  const coded = value as { t?: number; number?: string; dtype?: string; slice?: (number | null)[] };
  if (coded.t !== undefined) return inputs[coded.t];
  if (coded.number !== undefined) return Number(coded.number);
  if (typeof coded.dtype === 'string') return coded.dtype;
  if (coded.slice !== undefined)
    return core.slice(...(coded.slice as [number | null, number | null, number]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decoded(item, inputs)]));
}

/** The tensors of a result: itself, an array's, an object's fields in their order. */
function flat(result: unknown): Tensor[] {
  if (core.isTensor(result)) return [result];
  if (Array.isArray(result)) return result.flatMap(flat);
  if (typeof result === 'object' && result !== null) return Object.values(result).flatMap(flat);
  throw new Error(`returned ${typeof result}`);
}

function tensorOf(like: Tensor, data: Numbers | null, requiresGrad: boolean): Tensor | null {
  return data === null ? null : inputOf({ shape: like.shape, dtype: like.dtype, data, requiresGrad });
}

// Comparing

/** No gradient and a gradient of zeros are the same here: PyTorch itself goes by how its rules are written. */
function compareGradient(
  stage: Stage,
  what: string,
  g: Tensor | null,
  of: Tensor,
  data: Numbers | null,
  tolerance: Tolerance,
): void {
  const zeros = Array.from({ length: of.numel() }, () => 0);
  compare(
    stage,
    what,
    g ?? core.zerosLike(of),
    { shape: of.shape, dtype: of.dtype, data: data ?? zeros },
    tolerance,
  );
}

function compare(
  stage: Stage,
  what: string,
  y: Tensor,
  { shape, dtype, data }: Spec,
  tolerance: Tolerance,
): void {
  const { rtol, atol } =
    dtype === 'float32'
      ? { rtol: max(SINGLE.rtol, tolerance.rtol), atol: max(SINGLE.atol, tolerance.atol) }
      : tolerance;
  const got = `${y.dtype} [${y.shape.join(', ')}]`;
  const wanted = `${dtype} [${shape.join(', ')}]`;
  if (got !== wanted) throw new Deviation(stage, `${what}: ${got}, PyTorch has ${wanted}`);
  const expected = data.map(Number);
  const actual = positions(y.shape, y.strides, y.offset).map((at) => y.storage.array[at]);
  const scale = expected.reduce((m, v) => (Number.isFinite(v) ? max(m, abs(v)) : m), 1);
  const wrong = expected.findIndex((e, i) => {
    if (Number.isNaN(e)) return !Number.isNaN(actual[i]);
    return actual[i] !== e && !(abs(actual[i] - e) <= rtol * abs(e) + atol * scale);
  });
  if (wrong >= 0) {
    throw new Deviation(
      stage,
      `${what}: element ${wrong} is ${actual[wrong]}, PyTorch has ${expected[wrong]}`,
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
