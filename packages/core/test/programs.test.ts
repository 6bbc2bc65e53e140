/* Random programs: DAGs of 5 to 30 ops with fan-out, views and broadcasting, checked against finite differences. */
import { assertGradients } from '@retrograd/gradcheck';
import fc from 'fast-check';
import {
  add, cat, cos, div, exp, expand, flip, logSoftmax, logsumexp, matmul, mean, mul, narrow, neg, permute, reshape, select, sigmoid,
  sin, softmax, stack, sub, sum, tanh, tensor, transpose, unsqueeze, where, type Tensor,
} from '../src/index.ts'; // prettier-ignore
import { elements, seededSource } from './numeric.ts';

/** What a step does with two earlier values; `k` is a free choice. Every function is smooth and keeps values small. */
type Step = (a: Tensor, b: Tensor, k: number) => Tensor;

/** Whether a and b broadcast, and to something that stays small. */
const compatible = (a: Tensor, b: Tensor): boolean => {
  const ndim = Math.max(a.ndim, b.ndim);
  const extents = Array.from({ length: ndim }, (_, i) => [
    a.shape[a.ndim - 1 - i] ?? 1,
    b.shape[b.ndim - 1 - i] ?? 1,
  ]);
  const size = extents.reduce((n, [m, k]) => n * Math.max(m, k), 1);
  return (
    extents.every(([m, k]) => m === k || m === 1 || k === 1) && size <= Math.max(64, a.numel(), b.numel())
  );
};
const together =
  (f: (a: Tensor, b: Tensor) => Tensor): Step =>
  (a, b) =>
    compatible(a, b) ? f(a, b) : f(a, mean(b));
const along = (x: Tensor, k: number): number => (x.ndim === 0 ? 0 : k % x.ndim);

const steps: Record<string, Step> = {
  add: together(add),
  sub: together(sub),
  mul: together((a, b) => mul(tanh(a), b)),
  div: together((a, b) => div(a, add(mul(b, b), 2))),
  tanh: (a) => tanh(a),
  sin: (a) => sin(a),
  cos: (a) => cos(a),
  sigmoid: (a) => sigmoid(a),
  exp: (a) => exp(mul(tanh(a), 0.5)),
  neg: (a) => neg(a),
  sum: (a, _, k) => mul(sum(a, along(a, k), { keepdim: k % 2 === 0 }), 0.3),
  mean: (a, _, k) => mean(a, along(a, k)),
  logsumexp: (a, _, k) => logsumexp(a, along(a, k)),
  softmax: (a, _, k) => softmax(a, along(a, k)),
  logSoftmax: (a, _, k) => mul(logSoftmax(a, along(a, k)), 0.3),
  transpose: (a, _, k) => (a.ndim < 2 ? a : transpose(a, k % a.ndim, (k + 1) % a.ndim)),
  permute: (a) =>
    permute(
      a,
      Array.from({ length: a.ndim }, (_, i) => a.ndim - 1 - i),
    ),
  reshape: (a) => reshape(a, [-1]),
  unsqueeze: (a, _, k) => (a.ndim > 2 ? a : unsqueeze(a, k % (a.ndim + 1))),
  expand: (a) => (a.numel() > 8 || a.ndim > 2 ? a : expand(a, [2, ...a.shape])),
  select: (a, _, k) => (a.ndim === 0 ? a : select(a, along(a, k), 0)),
  narrow: (a, _, k) => (a.ndim === 0 ? a : narrow(a, along(a, k), 0, Math.max(1, a.shape[along(a, k)] - 1))),
  flip: (a, _, k) => (a.ndim === 0 ? a : flip(a, [along(a, k)])),
  cat: (a, b) => (a.numel() + b.numel() > 24 ? a : cat([reshape(a, [-1]), reshape(b, [-1])])),
  stack: (a) => (a.numel() > 8 || a.ndim > 2 ? a : stack([a, sin(a)])),
  matmul: (a, b) => {
    const row = reshape(a, [1, -1]);
    return mul(matmul(transpose(row, 0, 1), reshape(mean(b), [1, 1])), 0.5);
  },
  gram: (a) => (a.numel() > 8 ? a : mul(matmul(reshape(a, [-1, 1]), reshape(a, [1, -1])), 0.3)),
  // The condition depends on the position only: where on values would have kinks.
  where: (a, b) => (compatible(a, b) ? where(tensor([true]), add(a, mul(b, 0.5)), b) : a),
};
const names = Object.keys(steps);

interface Program {
  readonly leaves: readonly (readonly number[])[];
  readonly lines: readonly {
    readonly op: string;
    readonly a: number;
    readonly b: number;
    readonly k: number;
  }[];
  readonly seed: number;
}

const program: fc.Arbitrary<Program> = fc.record({
  leaves: fc.array(fc.constantFrom([2, 3], [3], [2, 1], [1, 3], [], [3, 2], [1], [2, 1, 3]), {
    minLength: 1,
    maxLength: 3,
  }),
  lines: fc.array(
    fc.record({ op: fc.constantFrom(...names), a: fc.nat(1000), b: fc.nat(1000), k: fc.nat(5) }),
    { minLength: 5, maxLength: 30 },
  ),
  seed: fc.nat(),
});

/** Runs a program. Operands are drawn from the latest values more often than from old ones, so that chains are deep. */
function run({ lines }: Program, leaves: readonly Tensor[]): Tensor {
  const values = [...leaves];
  for (const { op, a, b, k } of lines) {
    const recent = values[values.length - 1 - (a % Math.min(3, values.length))];
    values.push(steps[op](recent, values[b % values.length], k));
  }
  // Leaves and branches that the last value does not depend on still take part.
  return values.reduce((total, value) => add(total, mul(mean(value), 0.1)), values[values.length - 1]);
}

function leavesOf({ leaves, seed }: Program): Tensor[] {
  const source = seededSource(seed);
  return leaves.map((shape) => {
    const n = shape.reduce((p, extent) => p * extent, 1);
    const data = new Float64Array(Array.from({ length: n }, () => source.uniform(-1, 1)));
    return reshape(tensor(data), shape).detach().requiresGrad_();
  });
}

test('the gradients of random programs agree with finite differences', () => {
  fc.assert(
    fc.property(program, (p) => {
      assertGradients((...xs: Tensor[]) => run(p, xs), leavesOf(p), { seed: p.seed });
    }),
    { numRuns: 150 },
  );
});

test('so do the second derivatives of short ones', () => {
  fc.assert(
    fc.property(program, (p) => {
      const short = { ...p, lines: p.lines.slice(0, 8) };
      assertGradients((...xs: Tensor[]) => run(short, xs), leavesOf(p), { order: 2, seed: p.seed });
    }),
    { numRuns: 40 },
  );
});

const largeProgram: fc.Arbitrary<Program> = program.map((p) => ({
  ...p,
  leaves: p.leaves.map((_, i) => [[2, 500], [500], [1, 500]][i]),
}));

test('recycled buffers change nothing: large programs have the gradients of a recorded pass, which recycles none', () => {
  fc.assert(
    fc.property(largeProgram, (p) => {
      const gradients = (createGraph: boolean): number[][] => {
        const leaves = leavesOf(p);
        run(p, leaves).mean().backward(null, { createGraph });
        return leaves.map((x) => elements(x.grad as Tensor));
      };
      const expected = gradients(true);
      expect(gradients(false)).toEqual(expected);
      // Once more, now that there are buffers to reuse.
      expect(gradients(false)).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});
