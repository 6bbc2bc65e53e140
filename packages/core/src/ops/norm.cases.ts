import { tensor } from '../creation.ts';
import { norm, normOp } from './norm.ts';
import { reduceReference, type OpCases, type Sample } from './op.cases.ts';
import { reductionCases } from './reduce.cases.ts';

const { abs, max, min } = Math;

const normBy =
  (p: number) =>
  (line: number[]): number => {
    const sizes = line.map(abs);
    if (p === Infinity) return max(...sizes);
    if (p === -Infinity) return min(...sizes);
    if (p === 0) return line.filter((v) => v !== 0).length;
    return sizes.reduce((total, v) => total + v ** p, 0) ** (1 / p);
  };

const KINK = 'it has a kink';

/** At a vector of zeros and at one with a zero in it, PyTorch's gradients. */
const atZero = (p: number, gradient: readonly number[]): Sample[] => [
  {
    name: `p = ${p} of zeros`,
    inputs: [{ shape: [2], values: [0, 0] }],
    run: (x) => norm(x, p),
    reference: reduceReference(() => 0),
    noGradientCheck: KINK,
    subgradients: [[0, 0]],
  },
  {
    name: `p = ${p} with a zero`,
    inputs: [{ shape: [3], values: [0, -2, 2] }],
    run: (x) => norm(x, p),
    reference: reduceReference(normBy(p)),
    noGradientCheck: KINK,
    subgradients: [gradient],
  },
];

export const cases: OpCases[] = [
  {
    op: normOp,
    samples: [
      ...reductionCases((x, dim, options) => norm(x, 2, dim, options), normBy(2), { avoid: [0] }),
      {
        name: 'Frobenius',
        inputs: [{ shape: [2, 2], avoid: [0] }],
        run: (x) => norm(x, 'fro'),
        reference: reduceReference(normBy(2)),
      },
      {
        name: 'p in options',
        inputs: [{ shape: [2, 3], avoid: [0] }],
        run: (x) => norm(x, { p: 3, dim: 1, keepdim: true }),
        reference: reduceReference(normBy(3), [1], true),
      },
      ...[0, 0.5, 1, 1.5, 3, 4, -1, -2].map((p): Sample => ({
        name: `p = ${p}`,
        inputs: [{ shape: [2, 3], avoid: [0] }],
        run: (x) => norm(x, p, 1),
        reference: reduceReference(normBy(p), [1]),
      })),
      ...[Infinity, -Infinity].map((p): Sample => ({
        name: `p = ${p}`,
        inputs: [{ shape: [2, 3], range: [0.1, 2], distinct: true }],
        run: (x) => norm(x.neg(), p, 1),
        reference: reduceReference(normBy(p), [1]),
      })),
      ...atZero(1, [0, -1, 1]),
      ...atZero(1.5, [0, -(2 ** (-1 / 3)), 2 ** (-1 / 3)]),
      ...atZero(2, [0, -Math.SQRT1_2, Math.SQRT1_2]),
      ...atZero(3, [0, -(2 ** (-2 / 3)), 2 ** (-2 / 3)]),
      ...atZero(0.5, [0, -2, 2]),
      ...atZero(Infinity, [0, -0.5, 0.5]),
      ...atZero(-Infinity, [0, 0, 0]),
      ...atZero(-1, [0, 0, 0]),
      {
        name: 'p = 0',
        inputs: [{ shape: [3], values: [0, 3, -4] }],
        run: (x) => norm(x, 0),
        reference: reduceReference(() => 2),
        noGradientCheck: 'it jumps',
        subgradients: [[0, 0, 0]],
      },
      {
        name: 'no elements',
        inputs: [{ shape: [0, 2] }],
        run: (x) => norm(x, Infinity, 0),
        reference: reduceReference(() => 0, [0]),
      },
    ],
    rejects: [
      {
        name: 'integers',
        run: () => norm(tensor([1], { dtype: 'int32' })),
        error: /norm: input dtype should be either floating point or complex. Got int32 instead/,
      },
      {
        name: 'another p',
        run: () => norm(tensor([1]), 'inf' as never),
        error: /norm: only 'fro', 'nuc' and numbers .* found inf/,
      },
      {
        name: 'the nuclear norm of a vector',
        run: () => norm(tensor([1]), 'nuc'),
        error: /norm: the nuclear norm is one of matrices/,
      },
    ],
  },
];
