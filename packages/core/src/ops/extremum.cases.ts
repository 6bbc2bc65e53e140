import { tensor, zeros } from '../creation.ts';
import type { Tensor } from '../tensor.ts';
import {
  amax, amaxOp, amin, aminOp, argmax, argmaxOp, argmin, argminOp, max, maxOp, min, minOp,
} from './extremum.ts'; // prettier-ignore
import { binaryReference, reduceReference, type OpCases, type Reject, type Sample } from './op.cases.ts';
import { reductionCases } from './reduce.cases.ts';

const greatest = (line: number[]): number => Math.max(...line);
const least = (line: number[]): number => Math.min(...line);
const whereGreatest = (line: number[]): number => line.indexOf(greatest(line));
const whereLeast = (line: number[]): number => line.indexOf(least(line));

const TIES = 'a tie has no derivative';
const tied = { shape: [2, 3], values: [1, 1, 0, 2, 0, 0] };

const emptyRejects = (op: string, run: (x: Tensor, dim?: number) => unknown): Reject[] => [
  { name: 'no elements', run: () => run(zeros([0, 3])), error: new RegExp(`${op}: Expected reduction dim to be specified for input.numel\\(\\) == 0`) },
  { name: 'no elements along a dim', run: () => run(zeros([2, 0, 3]), 1), error: new RegExp(`${op}: Expected reduction dim 1 to have non-zero size`) },
]; // prettier-ignore

type Extremum = typeof max;

/** The ways to call max and min. */
const samples = (
  run: Extremum,
  value: (line: number[]) => number,
  where: (line: number[]) => number,
): Sample[] => [
  { inputs: [{ shape: [2, 3], distinct: true }], run: (x) => run(x), reference: reduceReference(value) },
  { inputs: [{ shape: [] }], run: (x) => run(x), reference: reduceReference(value) },
  {
    inputs: [{ shape: [2, 3, 2], distinct: true }],
    run: (x) => run(x, 1).values,
    reference: reduceReference(value, [1]),
  },
  {
    inputs: [{ shape: [2, 3], distinct: true }],
    run: (x) => run(x, -1, { keepdim: true }).values,
    reference: reduceReference(value, [1], true),
  },
  {
    inputs: [{ shape: [2, 3], distinct: true }],
    run: (x) => run(x, { dim: 0, keepdim: true }).values,
    reference: reduceReference(value, [0], true),
  },
  { inputs: [{ shape: [] }], run: (x) => run(x, 0).values, reference: reduceReference(value) },
  { inputs: [{ shape: [0, 2] }], run: (x) => run(x, 1).values, reference: reduceReference(value, [1]) },
  { inputs: [tied], run: (x) => run(x, 1).indices, reference: reduceReference(where, [1]) },
  {
    name: 'of integers',
    inputs: [{ shape: [2, 3], dtype: 'int32', values: [1, 5, 3, -1, 0, -2] }],
    run: (x) => run(x, 1).values,
    reference: reduceReference(value, [1]),
  },
  {
    name: 'of two tensors',
    inputs: [{ shape: [2, 3], range: [0, 1] }, { shape: [3], range: [1.1, 2] }],
    run: (a, b) => run(a, b),
    reference: binaryReference((a, b) => value([a, b])),
  }, // prettier-ignore
];

const indexSamples = (run: typeof argmax, where: (line: number[]) => number): Sample[] => [
  { inputs: [{ shape: [2, 3], distinct: true }], run: (x) => run(x), reference: reduceReference(where) },
  { inputs: [{ shape: [2, 3], distinct: true }], run: (x) => run(x, { keepdim: true }), reference: reduceReference(where, [0, 1], true) },
  { inputs: [{ shape: [2, 3, 2], distinct: true }], run: (x) => run(x, 1), reference: reduceReference(where, [1]) },
  { inputs: [{ shape: [2, 3], distinct: true }], run: (x) => run(x, -2, { keepdim: true }), reference: reduceReference(where, [0], true) },
  { name: 'the first of several', inputs: [tied], run: (x) => run(x, 1), reference: reduceReference(where, [1]) },
  { inputs: [{ shape: [] }], run: (x) => run(x, 0), reference: reduceReference(where) },
]; // prettier-ignore

const nanFirst = (line: number[]): number => line.findIndex((v) => v !== v);
const withNaN = { shape: [3], values: [1, NaN, NaN] };

export const cases: OpCases[] = [
  {
    op: amaxOp,
    samples: [
      ...reductionCases(amax, greatest, { distinct: true }),
      { name: 'ties', inputs: [tied], run: (x) => amax(x, 1), reference: reduceReference(greatest, [1]), noGradientCheck: TIES, subgradients: [[0.5, 0.5, 0, 1, 0, 0]] },
      { name: 'NaN', inputs: [withNaN], run: (x) => amax(x), reference: reduceReference(() => NaN), noGradientCheck: 'NaN', subgradients: [[NaN, NaN, NaN]] },
    ],
    rejects: emptyRejects('amax', amax),
  },
  {
    op: aminOp,
    samples: [
      ...reductionCases(amin, least, { distinct: true }),
      { name: 'ties', inputs: [tied], run: (x) => amin(x, 1), reference: reduceReference(least, [1]), noGradientCheck: TIES, subgradients: [[0, 0, 1, 0, 0.5, 0.5]] },
    ],
    rejects: emptyRejects('amin', amin),
  },
  {
    op: maxOp,
    samples: [
      ...samples(max, greatest, whereGreatest),
      { name: 'ties', inputs: [tied], run: (x) => max(x.narrow(0, 0, 1)), noGradientCheck: TIES, subgradients: [[0.5, 0.5, 0, 0, 0, 0]] },
      { name: 'ties along a dim', inputs: [tied], run: (x) => max(x, 1).values, noGradientCheck: TIES, subgradients: [[1, 0, 0, 1, 0, 0]] },
      { name: 'NaN', inputs: [withNaN], run: (x) => max(x), reference: reduceReference(() => NaN), noGradientCheck: 'NaN', subgradients: [[0, 0.5, 0.5]] },
      { name: 'NaN along a dim', inputs: [withNaN], run: (x) => max(x, 0).values, noGradientCheck: 'NaN', subgradients: [[0, 1, 0]] },
    ],
    rejects: [
      ...emptyRejects('max', (x, dim) => (dim === undefined ? max(x) : max(x, dim))),
      { name: 'two dims', run: () => max(zeros([2, 2]), [0, 1] as never), error: /max: expected one dim as a number/ },
    ],
  },
  {
    op: minOp,
    samples: [
      ...samples(min, least, whereLeast),
      { name: 'ties', inputs: [tied], run: (x) => min(x), noGradientCheck: TIES, subgradients: [[0, 0, 1 / 3, 0, 1 / 3, 1 / 3]] },
      { name: 'ties along a dim', inputs: [tied], run: (x) => min(x, 1).values, noGradientCheck: TIES, subgradients: [[0, 0, 1, 0, 1, 0]] },
    ],
    rejects: emptyRejects('min', (x, dim) => (dim === undefined ? min(x) : min(x, dim))),
  },
  {
    op: argmaxOp,
    samples: [
      ...indexSamples(argmax, whereGreatest),
      { name: 'NaN', inputs: [withNaN], run: (x) => argmax(x), reference: reduceReference(nanFirst) },
    ],
    rejects: [
      ...emptyRejects('argmax', argmax),
      { name: 'two of three dims', run: () => argmax(zeros([2, 2, 2]), [0, 1] as never), error: /argmax: expected one dim/ },
      { name: 'an array', run: () => argmax([1] as never), error: /argmax: expected a Tensor/ },
    ],
  },
  {
    op: argminOp,
    samples: [
      ...indexSamples(argmin, whereLeast),
      { name: 'NaN', inputs: [withNaN], run: (x) => argmin(x), reference: reduceReference(nanFirst) },
    ],
    rejects: [...emptyRejects('argmin', argmin), { name: 'a dim out of range', run: () => argmin(tensor([1]), 1), error: /argmin: Dimension out of range/ }],
  },
]; // prettier-ignore
