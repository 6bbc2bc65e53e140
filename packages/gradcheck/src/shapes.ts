/* Invariants that change the shapes of inputs: size-0 and size-1 dims, 0-d tensors, broadcasting. */
import { expand, narrow, reshape, savedTensorsHooks, select, sumToSize, type Tensor } from '@retrograd/core';
import { cutOf, makeOne, slopeError, type Cut } from './cuts.ts';
import { invariant, type Invariant } from './invariants.ts';
import { attempt, type Trial } from './trial.ts';
import { makeLeaves } from './leaves.ts';
import { messageOf } from './errors.ts';
import { valuesOf } from './program.ts';

/** Inputs of which one element is repeated without a copy, as broadcasting does. */
export const broadcastInputs: Invariant = invariant(
  'broadcast inputs get the sum of their gradients',
  'a backward writes into one element what belongs to several views of it',
  (trial) => {
    const { leaves: specs } = trial.subject.program;
    const { inputs, point } = trial.subject;
    let checked = false;
    for (const [k, spec] of specs.entries()) {
      const dim = spec.shape.findIndex((extent) => extent > 1);
      if (dim < 0 || spec.parameter) continue;
      const { start, end } = inputs[k];
      const whole = makeLeaves(specs, point);
      const row = narrow(whole.tensors[k].detach(), dim, 0, 1);
      const x = point.slice();
      x.set(valuesOf(expand(row, spec.shape)), start);
      const plain = attempt(() => trial.run({}, x));
      if (plain === null || plain.ys.length !== trial.subject.outputs.length) continue;
      if (!plain.ys.every((y) => valuesOf(y).every(Number.isFinite))) continue;
      const separate = trial.pull(plain, trial.v);
      const wanted = valuesOf(sumToSize(makeOne(spec, separate.subarray(start, end)), row.shape));
      const small = makeOne({ ...spec, shape: row.shape }, valuesOf(row)).requiresGrad_();
      const leaves = makeLeaves(specs, x);
      const run = trial.runOn(
        leaves,
        leaves.tensors.map((tensor, i) => (i === k ? expand(small, spec.shape) : tensor)),
      );
      const got = trial.pull({ ...run, xs: [small] }, trial.v);
      const found = trial.difference(got, wanted, trial.slack, (e) => `element ${e} of its gradient`);
      if (found !== null) return `with ${spec.name} broadcast along dim ${dim}, ${found}`;
      checked = true;
    }
    return checked ? null : undefined;
  },
);

/** Inputs cut down along dims, all of them together, where f takes such. */
export const smallDims: Invariant = invariant(
  'dims of size 0 and 1 work',
  'a rule for which such a dim is a special case: something is squeezed, broadcast, divided by a size, or cached',
  (trial) => {
    const first = trial.subject.program.leaves.find(
      ({ parameter, shape }) => !parameter && shape.length > 0,
    )?.shape;
    if (first === undefined) return undefined;
    const along = (dim: number, extent: number) => (x: Tensor) => {
      const d = dim < 0 ? x.ndim + dim : dim;
      return x.shape[d] === first[dim < 0 ? first.length + dim : dim] ? narrow(x, d, 0, extent) : x;
    };
    const ones = (x: Tensor): Tensor =>
      x.shape.reduce<Tensor>((y, extent, d) => (extent > 1 ? narrow(y, d, 0, 1) : y), x);
    return firstWrong(trial, [
      ['with dim 0 of size 1', along(0, 1), true],
      ['with dim 0 of size 0', along(0, 0), true],
      ...(first.length > 1 ? [['with the last dim of size 1', along(-1, 1)] as const] : []),
      ['with all dims of size 1', ones],
      ['with 0-d tensors', (x) => (x.numel() === 0 ? x : reshape(ones(x), []))],
    ]);
  },
);

/** One input cut down to what broadcasts against the others. */
export const broadcasting: Invariant = invariant(
  'broadcasting works',
  'a backward does not sum over the dims along which an input was broadcast',
  (trial) => {
    const { leaves, constants } = trial.subject.program;
    if (leaves.length + constants.length < 2) return undefined;
    const variants = leaves.flatMap(({ name, parameter, shape }, k): Variant[] => {
      if (parameter || shape.length === 0) return [];
      const dim = shape.findIndex((extent) => extent > 1);
      const only = (part: (x: Tensor) => Tensor) => (x: Tensor, leaf: number | null) =>
        leaf === k ? part(x) : x;
      return [
        ...(dim < 0
          ? []
          : [[`with ${name} of size 1 along dim ${dim}`, only((x) => narrow(x, dim, 0, 1))] as const]),
        ...(shape[0] === 0
          ? []
          : [[`with ${name} without its dim 0`, only((x) => select(x, 0, 0))] as const]),
      ];
    });
    return firstWrong(trial, variants);
  },
);

/** `strict`: what f takes it must differentiate. Else a backward pass that throws is one that f has never promised. */
type Variant = readonly [what: string, part: (x: Tensor, leaf: number | null) => Tensor, strict?: true];

/** Runs f on each variant it takes; undefined if it takes none. */
function firstWrong(trial: Trial, variants: readonly Variant[]): string | null | undefined {
  let checked = false;
  for (const [what, part, strict = false] of variants) {
    const cut = attempt(() => cutOf(trial, part));
    const run = cut && attempt(() => cut.run());
    if (!run || run.ys.length === 0) continue;
    const usable = attempt(() => run.ys.every((y) => y.requiresGrad && valuesOf(y).every(Number.isFinite)));
    if (usable !== true) continue;
    const rows = run.ys.reduce((n, y) => n + y.numel(), 0);
    const v = trial.source.cotangent(rows);
    let g: Float64Array;
    try {
      g = trial.pull(run, v);
    } catch (error) {
      if (!strict) continue;
      return `${what}, computing the gradient throws: ${messageOf(error)}`;
    }
    if (!cut.x.every(Number.isFinite)) continue;
    checked = true;
    if (rows === 0) {
      const stray = g.find((value) => value !== 0);
      if (stray === undefined || (Number.isNaN(stray) && keepsNaN(cut))) continue;
      return `${what}, nothing is returned but a gradient is ${stray}`;
    }
    const found = slopeError(trial, cut, v);
    if (found !== null) return `${what}, ${found}`;
  }
  return checked ? null : undefined;
}

/** Whether f keeps for its gradient what is not finite (the mean of nothing, say): 0 times that is NaN by rights. */
function keepsNaN(cut: Cut): boolean {
  let found = false;
  const pack = (x: Tensor): Tensor => {
    found ||= !valuesOf(x).every(Number.isFinite);
    return x;
  };
  savedTensorsHooks({ pack, unpack: (x: Tensor) => x }, () => cut.run());
  return found;
}
