/* Invariants of what a gradient is: a linear function of the cotangent, which adds up over all uses of an input. */
import { add, expand, fromTypedArray, full, grad, mul, narrow, sum, type Tensor } from '@retrograd/core';
import { invariant, type Invariant } from './invariants.ts';
import { short } from './kinks.ts';
import { makeLeaves } from './leaves.ts';
import { joined, valuesOf } from './program.ts';
import { cotangentsOf } from './tensorSubject.ts';
import { elementName } from './subject.ts';
import { attempt, contrast, flat } from './trial.ts';

const { abs, max } = Math;

export const algebra: readonly Invariant[] = [
  invariant(
    'linear in the cotangent',
    'a backward clips, rounds, squares or normalises g, or adds something to it: it must be linear in g',
    (trial) => {
      const w = trial.source.cotangent(trial.v.length);
      const run = trial.run();
      const second = trial.pull(run, w);
      const { v, gradient } = trial;
      // Sums, and sizes: a rule that clips or drops small cotangents shows at one of these.
      for (const [a, b] of [
        [2, -3],
        [2 ** -12, 0],
        [2 ** 12, 0],
      ]) {
        // prettier-ignore
        const both = trial.pull(run, v.map((value, i) => a * value + b * w[i])); // prettier-ignore
        const wanted = gradient.map((value, j) => a * value + b * second[j]);
        const scale = wanted.reduce((s, _, j) => max(s, abs(gradient[j]) || 0, abs(second[j]) || 0), 0);
        const allowed = max(abs(a), abs(b)) * (trial.slack * scale + trial.floor);
        const worst = both.findIndex(
          (value, j) => Number.isFinite(wanted[j]) && !(abs(value - wanted[j]) <= allowed),
        );
        if (worst < 0) continue;
        const [left, right] = b === 0 ? [`g(${a}v)`, `${a}g(v)`] : ['g(2v − 3w)', '2g(v) − 3g(w)'];
        const where = elementName(trial.subject.inputs, worst);
        return `at ${where}, ${left} is ${contrast(both[worst], wanted[worst], `but ${right} is`)}`;
      }
      return null;
    },
  ),
  invariant(
    'a zero cotangent gives zero',
    'a backward adds something that does not depend on g, or divides by it',
    (trial) => {
      const g = trial.pull(trial.run(), new Float64Array(trial.v.length));
      const worst = g.findIndex((value, j) => Number.isFinite(trial.gradient[j]) && value !== 0);
      return worst < 0
        ? null
        : `the gradient of ${elementName(trial.subject.inputs, worst)} is ${short(g[worst])}`;
    },
  ),
  invariant(
    'gradients accumulate onto .grad',
    'something writes .grad itself instead of adding to it, or gives two tensors the same one',
    (trial) => {
      const run = trial.run();
      const priors = run.xs.map((x) => trial.source.cotangent(x.numel()));
      run.xs.forEach((x, i) => {
        x.grad = fromTypedArray(
          x.dtype === 'float32' ? Float32Array.from(priors[i]) : priors[i].slice(),
          x.shape,
        );
      });
      const vs = cotangentsOf(run.ys, trial.v);
      const loss = run.ys.map((y, i) => sum(mul(y, vs[i]))).reduce((a, b) => add(a, b));
      loss.backward();
      const got = flat(
        run.xs,
        run.xs.map((x) => x.grad),
      );
      run.xs.forEach((x) => (x.grad = null));
      const prior = joined(priors);
      return trial.gradientDifference(
        got,
        trial.gradient.map((value, j) => value + prior[j]),
      );
    },
  ),
  invariant(
    'fan-out: gradients of f(x) + g(x) add up',
    'a backward or a hook overwrites what other uses of x have contributed',
    (trial) => {
      for (const early of [true, false]) {
        const leaves = makeLeaves(trial.subject.program.leaves, trial.subject.point);
        const weights = leaves.tensors.map((x) => trial.source.cotangent(x.numel()));
        const other = (): Tensor[] =>
          leaves.tensors.map((x, i) => sum(mul(x, cotangentsOf([x], weights[i])[0])));
        const before = early ? other() : [];
        const run = trial.runOn(leaves, leaves.tensors);
        const vs = cotangentsOf(run.ys, trial.v);
        const terms = [...run.ys.map((y, i) => sum(mul(y, vs[i]))), ...(early ? before : other())];
        const got = flat(
          run.xs,
          grad(
            terms.reduce((a, b) => add(a, b)),
            run.xs,
            { allowUnused: true },
          ),
        );
        const extra = joined(weights);
        const found = trial.gradientDifference(
          got,
          trial.gradient.map((value, j) => value + extra[j]),
        );
        if (found !== null) return `with x used ${early ? 'before' : 'after'} f too, ${found}`;
      }
      return null;
    },
  ),
  invariant(
    'one tensor in two slots gets both gradients',
    'f treats two inputs that are the same tensor as if they were one',
    (trial) => {
      const { leaves: specs, point } = trial.subject.program;
      const same = (a: number, b: number): boolean => String(specs[a].shape) === String(specs[b].shape);
      const pairs = specs.flatMap((spec, a) =>
        specs.flatMap((other, b) =>
          a < b && !spec.parameter && !other.parameter && same(a, b) ? [[a, b]] : [],
        ),
      );
      if (pairs.length === 0) return undefined;
      const [a, b] = pairs[0];
      const slots = trial.subject.inputs;
      const x = point.slice();
      x.set(point.subarray(slots[a].start, slots[a].end), slots[b].start);
      const apart = attempt(() => trial.run({}, x));
      if (apart === null || !apart.ys.every((y) => valuesOf(y).every(Number.isFinite))) return undefined;
      const separate = trial.pull(apart, trial.v);
      const leaves = makeLeaves(specs, x);
      const shared = leaves.tensors.map((tensor, i) => (i === b ? leaves.tensors[a] : tensor));
      const run = trial.runOn(leaves, shared);
      const found = trial.pull(run, trial.v).subarray(slots[a].start, slots[a].end);
      const wanted = separate
        .subarray(slots[a].start, slots[a].end)
        .map((value, k) => value + separate[slots[b].start + k]);
      return trial.gradientDifference(found, wanted, trial.slack, slots[a].start);
    },
  ),
  invariant(
    'outputs without a cotangent count as zero',
    'a backward returns nothing, or mixes up its outputs, where one of them got no cotangent',
    (trial) => {
      const { outputs } = trial.subject;
      if (outputs.length < 2) return undefined;
      for (const [k, { name, start, end }] of outputs.entries()) {
        const run = trial.run();
        const v = cotangentsOf(run.ys, trial.v)[k];
        const alone = run.ys[k].requiresGrad
          ? grad(run.ys[k], run.xs, { gradOutputs: v, allowUnused: true })
          : run.xs.map(() => null);
        const wanted = trial.pull(
          trial.run(),
          trial.v.map((value, i) => (i >= start && i < end ? value : 0)),
        );
        const found = trial.gradientDifference(flat(run.xs, alone), wanted);
        if (found !== null) return `with a cotangent of ${name} only, ${found}`;
      }
      return null;
    },
  ),
  invariant(
    'only inputs that ask get a gradient',
    'a backward returns gradients in the wrong places where some inputs do not ask',
    (trial) => {
      const { leaves: specs } = trial.subject.program;
      const { inputs } = trial.subject;
      if (specs.length < 2 || specs.some(({ parameter }) => parameter !== null)) return undefined;
      for (const [k, { name, start, end }] of inputs.entries()) {
        const run = trial.run({ record: (i) => i === k });
        if (!run.ys.some((y) => y.requiresGrad)) continue;
        const vs = cotangentsOf(run.ys, trial.v);
        const live = run.ys.flatMap((y, i) => (y.requiresGrad ? [sum(mul(y, vs[i]))] : []));
        live.reduce((a, b) => add(a, b)).backward();
        const stray = run.xs.findIndex((x, i) => i !== k && x.grad !== null);
        if (stray >= 0) return `${inputs[stray].name} got a gradient that nobody asked for`;
        const { grad: own } = run.xs[k];
        const got = own === null ? new Float64Array(end - start) : valuesOf(own);
        const found = trial.gradientDifference(got, trial.gradient.subarray(start, end), trial.slack, start);
        if (found !== null) return `with ${name} alone requiring grad, ${found}`;
      }
      return null;
    },
  ),
  invariant(
    'strided inputs give the same',
    'f or its backward reads memory in order, whatever the strides and the offset: use contiguous(), and x.offset or x.data',
    (trial) => {
      for (const strided of [true, 'offset'] as const) {
        const run = trial.run({ strided });
        const found =
          trial.valueDifference(joined(run.ys.map(valuesOf)), trial.values) ??
          trial.gradientDifference(trial.pull(run, trial.v), trial.gradient);
        if (found !== null)
          return strided === 'offset' ? `with views that begin later in memory, ${found}` : found;
      }
      return null;
    },
  ),
  invariant(
    'strided and broadcast cotangents give the same',
    'a backward reads the memory of g in order, whatever its strides: use contiguous()',
    (trial) => {
      const run = trial.run();
      const contiguous = cotangentsOf(run.ys, trial.v);
      const specs = contiguous.map(({ shape, dtype }) => ({ name: '', shape, dtype, parameter: null }));
      for (const strided of [true, 'offset'] as const) {
        const { tensors } = makeLeaves(specs, trial.v, { record: false, strided });
        const found = trial.gradientDifference(trial.pullTensors(run, tensors), trial.gradient);
        if (found === null) continue;
        const what = strided === 'offset' ? 'a cotangent that begins later in memory' : 'a strided cotangent';
        return `with ${what}, ${found}`;
      }
      // What the rules of sum(0) and sum(-1) pass on: rows, or columns, that are all one.
      for (const last of [false, true]) {
        if (!contiguous.some(({ ndim }) => ndim > 1)) break;
        const rows = contiguous.map((v) => {
          const dim = last ? v.ndim - 1 : 0;
          return v.ndim < 2 || v.numel() === 0 ? v : expand(narrow(v, dim, 0, 1), v.shape);
        });
        const copies = joined(rows.map(valuesOf));
        const found = trial.gradientDifference(trial.pullTensors(run, rows), trial.pull(run, copies));
        if (found !== null)
          return `with a cotangent expanded along its ${last ? 'last' : 'first'} dim, ${found}`;
      }
      // What the rule of sum() passes on: one number for all elements, without a copy.
      const numbers = contiguous.map((v) => trial.source.uniform(0.5, 1.5) * (v.numel() > 0 ? 1 : 0));
      const broadcast = contiguous.map(({ shape, dtype }, i) =>
        expand(full([], numbers[i], { dtype }), shape),
      );
      const copied = joined(contiguous.map((v, i) => new Float64Array(v.numel()).fill(numbers[i])));
      const found = trial.gradientDifference(trial.pullTensors(run, broadcast), trial.pull(run, copied));
      return found && `with a cotangent that is one number, expanded, ${found}`;
    },
  ),
];
