/* Programs as subjects: what runs of tensors mean for flat vectors. */
import { add, grad, mul, sum, zeros, type GradOptions, type Tensor } from '@retrograd/core';
import { GradcheckUsageError } from './errors.ts';
import { dense, makeLeaves, type LeafSpec } from './leaves.ts';
import type { NamedTensor } from './nesting.ts';
import { joined, valuesOf, type Program } from './program.ts';
import type { RandomSource } from './random.ts';
import { layOut, totalOf, type Subject } from './subject.ts';

/** A program whose outputs are known, from one recorded run. */
export interface TensorSubject extends Subject {
  readonly program: Program;
  /** Outputs that are differentiable, among all floating ones. */
  readonly differentiable: readonly boolean[];
  /** Names of the floating outputs without history, which are not checked. */
  readonly constantOutputs: readonly string[];
  /** The values of the very first run, at the point. */
  readonly firstValues: Float64Array;
  /** Whether unrecorded runs work (a function that differentiates inside must be recorded). */
  readonly runsUnrecorded: boolean;
}

/**
 * Runs the program once to see its outputs.
 *
 * @throws GradcheckUsageError if no output is differentiable. Rethrows what the function throws.
 */
export function subjectOf(program: Program): TensorSubject {
  const { name, order, leaves, point } = program;
  const first = program.run(makeLeaves(leaves, point).tensors, true);
  const differentiable = first.map(({ tensor: y }) => order > 1 || y.requiresGrad);
  if (!differentiable.includes(true)) throw nothingDifferentiable(name, first);
  const checked = first.filter((_, i) => differentiable[i]);
  const outputs = layOut(checked.map(({ name: where, tensor: y }) => ({ name: where, shape: [...y.shape] })));
  const single = checked.some(({ tensor: y }) => y.dtype === 'float32');

  const pick = (all: readonly NamedTensor[]): Tensor[] => {
    const ys = all.filter((_, i) => differentiable[i]).map(({ tensor: y }) => y);
    const shapes = ys.map((y) => `[${y.shape}]`).join(', ');
    const expected = outputs.map(({ shape }) => `[${shape}]`).join(', ');
    if (all.length === first.length && shapes === expected) return ys;
    throw new GradcheckUsageError(
      `${name}: the outputs changed their shapes between calls, from ${expected} to ${shapes || 'none'}: a function ` +
        `whose shapes depend on values has no derivative there. Fix what decides the shape, or check parts of it`,
    );
  };
  const run = (x: Float64Array, record: boolean): Tensor[] =>
    pick(program.run(makeLeaves(leaves, x, { record: record || order > 1 }).tensors, record));
  const runsUnrecorded = works(() => run(point, false));
  return {
    name,
    order,
    program,
    differentiable,
    constantOutputs: first.filter((_, i) => !differentiable[i]).map(({ name: where }) => where),
    firstValues: joined(checked.map(({ tensor: y }) => valuesOf(y))),
    runsUnrecorded,
    inputs: layOut(leaves),
    outputs,
    point,
    unit: single ? 2 ** -24 : 2 ** -53,
    floor: order === 1 ? 0 : program.floor,
    evaluate: (x) => joined(run(x, !runsUnrecorded).map(valuesOf)),
    linearize(x) {
      const made = makeLeaves(leaves, x);
      const ys = pick(program.run(made.tensors, true));
      return (cotangent) => {
        made.install();
        return joined(
          pullback(ys, made.tensors, cotangent).map((g, i) =>
            g === null ? zeroGradient(leaves[i]) : valuesOf(g),
          ),
        );
      };
    },
  };
}

/** The gradients of outputs at leaves for a flat cotangent; null where none arrives. */
export function pullback(
  ys: readonly Tensor[],
  xs: readonly Tensor[],
  cotangent: Float64Array,
  options: Pick<GradOptions, 'retainGraph' | 'createGraph'> = { retainGraph: true },
): (Tensor | null)[] {
  const vs = cotangentsOf(ys, cotangent);
  const live = ys.map((y, i) => ({ y, v: vs[i] })).filter(({ y }) => y.requiresGrad);
  if (live.length === 0) return xs.map(() => null);
  const gradOutputs = live.map(({ v }) => v);
  return grad(
    live.map(({ y }) => y),
    xs,
    { ...options, gradOutputs, allowUnused: true },
  );
}

/** A flat cotangent as one tensor per output, of its shape and dtype. */
export function cotangentsOf(ys: readonly Tensor[], cotangent: Float64Array): Tensor[] {
  let start = 0;
  return ys.map((y) => {
    const end = start + y.numel();
    const v = dense(cotangent.subarray(start, end), y);
    start = end;
    return v;
  });
}

/**
 * The gradients of a program as a program of its own: of its leaves and the cotangents, with the one output
 * Σ ⟨w, gradient⟩ for random weights w, so that every further order costs no more than the last.
 */
export function gradientProgram(subject: TensorSubject, source: RandomSource): Program {
  const { program, outputs } = subject;
  const single = subject.unit > 2 ** -53;
  const sole = outputs.length === 1;
  const cotangents = outputs.map(({ name, shape }): LeafSpec => {
    const own = sole ? 'cotangent' : `cotangent of ${name}`;
    return {
      name: program.order === 1 ? own : `${own}, order ${program.order}`,
      shape,
      dtype: single ? 'float32' : 'float64',
      parameter: null,
    };
  });
  const weights = program.leaves.map((leaf) =>
    dense(
      source.integers(
        leaf.shape.reduce((a, b) => a * b, 1),
        3,
      ),
      leaf,
    ),
  );
  const output = program.order === 1 ? 'the gradient' : `the gradient of order ${program.order}`;
  return {
    name: program.name,
    order: program.order + 1,
    floor: program.order === 1 ? 64 * subject.unit * sizeOf(subject) : program.floor,
    constants: program.constants,
    leaves: [...program.leaves, ...cotangents],
    point: joined([subject.point, source.cotangent(totalOf(outputs))]),
    run(all, record) {
      const xs = all.slice(0, program.leaves.length);
      const vs = all.slice(program.leaves.length);
      const ys = program.run(xs, true).filter((_, i) => subject.differentiable[i]);
      const live = ys.map(({ tensor: y }, i) => ({ y, v: vs[i] })).filter(({ y }) => y.requiresGrad);
      const gs =
        live.length === 0
          ? []
          : grad(
              live.map(({ y }) => y),
              xs,
              { gradOutputs: live.map(({ v }) => v), createGraph: record, allowUnused: true },
            );
      const terms = gs.flatMap((g, i) => (g === null ? [] : [sum(mul(g, weights[i]))]));
      return [
        {
          name: output,
          tensor: terms.length === 0 ? zeros([], { dtype: 'float64' }) : terms.reduce((a, b) => add(a, b)),
        },
      ];
    },
  };
}

/** The size of the values, at most 1: the cotangents are of the size 1. */
function sizeOf(subject: TensorSubject): number {
  return subject
    .evaluate(subject.point)
    .reduce((s, y) => (Math.abs(y) > s ? Math.min(1, Math.abs(y)) : s), 0);
}

function zeroGradient({ shape }: LeafSpec): Float64Array {
  return new Float64Array(shape.reduce((a, b) => a * b, 1));
}

function works(body: () => unknown): boolean {
  try {
    body();
    return true;
  } catch (error) {
    if (error instanceof GradcheckUsageError) throw error;
    return false;
  }
}

function nothingDifferentiable(name: string, outputs: readonly NamedTensor[]): GradcheckUsageError {
  const got = outputs.map(({ name: where, tensor: y }) => `${where}: ${y.dtype} [${y.shape}]`).join(', ');
  return new GradcheckUsageError(
    `${name}: nothing it returns is differentiable: ${got || 'there is no floating point tensor in the result'}. The ` +
      `outputs must be computed from the inputs by recorded operations (not under noGrad, not detached)`,
  );
}
