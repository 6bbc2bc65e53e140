import { tensor, zeros } from '../creation.ts';
import { apply } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { mulOp } from './arithmetic.ts';
import { absOp } from './elementwise.ts';
import {
  huberLoss,
  klDiv,
  l1Loss,
  mseLoss,
  smoothL1Loss,
  squaredError,
  squaredErrorGradOp,
  squaredErrorOp,
} from './losses.ts';
import { binaryReference, type InputSpec, type OpCases, type Plain, type Sample } from './op.cases.ts';
import type { LossOptions, Reduction } from './reduction.ts';

const { abs, exp, log } = Math;

export const REDUCTIONS: readonly Reduction[] = ['mean', 'sum', 'none'];

/** The reference of a reduction after an elementwise loss. */
export function reducedReference<A extends readonly Plain[]>(
  losses: (...inputs: A) => Plain,
  reduction: Reduction,
): (...inputs: A) => Plain {
  return (...inputs) => {
    const elements = losses(...inputs);
    if (reduction === 'none') return elements;
    const sum = elements.data.reduce((a, b) => a + b, 0);
    return { shape: [], data: [reduction === 'sum' ? sum : sum / elements.data.length] };
  };
}

/** The samples every elementwise loss has. */
export function lossSamples(
  name: string,
  run: (input: Tensor, target: Tensor, options?: LossOptions) => Tensor,
  f: (x: number, t: number) => number,
  x: Omit<InputSpec, 'shape'> = {},
  t: Omit<InputSpec, 'shape'> = x,
): Sample[] {
  const shapes = [[2, 3], [], [1]];
  return REDUCTIONS.flatMap((reduction) => [
    ...shapes.map((shape) => ({
      name: `${name}, ${reduction} of [${String(shape)}]`,
      inputs: [
        { ...x, shape },
        { ...t, shape },
      ],
      run: (a: Tensor, b: Tensor) => run(a, b, { reduction }),
      reference: reducedReference(binaryReference(f), reduction),
    })),
    {
      name: `${name}, ${reduction} of nothing`,
      inputs: [{ shape: [0, 2] }, { shape: [0, 2] }],
      run: (a, b) => run(a, b, { reduction }),
      reference: reducedReference(binaryReference(f), reduction),
      noGradientCheck: 'the mean is NaN',
    },
  ]);
}

const low: Omit<InputSpec, 'shape'> = { range: [-2, -0.1] };
const high: Omit<InputSpec, 'shape'> = { range: [0, 2] };

const huber =
  (delta: number) =>
  (x: number, t: number): number => {
    const size = abs(x - t);
    return size <= delta ? size ** 2 / 2 : delta * (size - delta / 2);
  };

const AT_KINKS: InputSpec[] = [
  { shape: [5], values: [-2, -1, 0, 1, 2] },
  { shape: [5], values: [0, 0, 0, 0, 0] },
];

export const cases: OpCases[] = [
  {
    op: squaredErrorOp,
    samples: [
      ...lossSamples('squaredError', squaredError, (x, t) => (x - t) ** 2),
      ...REDUCTIONS.map((reduction): Sample => ({
        name: `broadcast, ${reduction}`,
        inputs: [{ shape: [2, 1, 3] }, { shape: [4, 1] }],
        run: (x, t) => mseLoss(x, t, { reduction }),
        reference: reducedReference(
          binaryReference((a, b) => (a - b) ** 2),
          reduction,
        ),
      })),
      {
        name: 'an integer target',
        inputs: [{ shape: [3] }, { shape: [3], dtype: 'int32' }],
        run: (x, t) => squaredError(x, t),
        reference: reducedReference(
          binaryReference((a, b) => (a - b) ** 2),
          'mean',
        ),
      },
    ],
    rejects: [
      {
        name: 'shapes that do not broadcast',
        run: () => squaredError(zeros([3]), zeros([2])),
        error: /squaredError: shapes \[3\] and \[2\] do not broadcast/,
      },
      {
        name: 'an unknown reduction',
        run: () => squaredError(zeros([3]), zeros([3]), { reduction: 'foo' as never }),
        error: /squaredError: foo is not a valid value for reduction/,
      },
    ],
  },
  {
    op: squaredErrorGradOp,
    samples: [[], [2, 3]].flatMap((shape): Sample[] => [
      {
        name: `of cotangents [${String(shape)}]`,
        inputs: [{ shape }, { shape: [2, 3] }, { shape: [2, 3] }],
        run: (g, a, b) => apply(squaredErrorGradOp, [g, a, b], { slope: -0.5 }),
      },
      {
        name: `of cotangents [${String(shape)}], broadcast`,
        inputs: [{ shape }, { shape: [2, 3] }, { shape: [3] }],
        run: (g, a, b) => apply(squaredErrorGradOp, [g, a, b], { slope: 3 }),
      },
    ]),
  },
  {
    op: absOp,
    samples: [
      ...lossSamples('l1Loss', l1Loss, (x, t) => abs(x - t), low, high),
      {
        name: 'l1Loss where it is 0',
        inputs: AT_KINKS,
        run: (x, t) => l1Loss(x, t, { reduction: 'sum' }),
        noGradientCheck: 'it has a kink',
        subgradients: [[-1, -1, 0, 1, 1], null],
      },
    ],
    rejects: [
      {
        name: 'klDiv as a reduction of l1Loss',
        run: () => l1Loss(zeros([3]), zeros([3]), { reduction: 'batchmean' as never }),
        error: /l1Loss: batchmean is not a valid value for reduction/,
      },
    ],
  },
  {
    op: mulOp,
    samples: [
      ...lossSamples('huberLoss, near', huberLoss, huber(1), { range: [0, 0.4] }, { range: [0.5, 0.9] }),
      ...lossSamples('huberLoss, far', huberLoss, huber(1), { range: [-2, -1] }, { range: [0.5, 2] }),
      {
        name: 'huberLoss where it turns',
        inputs: AT_KINKS,
        run: (x, t) => huberLoss(x, t, { reduction: 'sum' }),
        reference: reducedReference(binaryReference(huber(1)), 'sum'),
        noGradientCheck: 'its second derivative jumps',
        subgradients: [[-1, -1, 0, 1, 1], [1, 1, 0, -1, -1]],
      }, // prettier-ignore
      {
        name: 'huberLoss with delta',
        inputs: [{ shape: [4], values: [-2, -0.3, 0.2, 3] }, { shape: [1], values: [0.1] }],
        run: (x, t) => huberLoss(x, t, { delta: 0.5 }),
        reference: reducedReference(binaryReference(huber(0.5)), 'mean'),
      }, // prettier-ignore
      {
        name: 'smoothL1Loss',
        inputs: [{ shape: [4], values: [-2, -0.3, 0.2, 3] }, { shape: [4], values: [0, 0.1, 0, 0.1] }],
        run: (x, t) => smoothL1Loss(x, t, { beta: 0.5 }),
        reference: reducedReference(binaryReference((x, t) => huber(0.5)(x, t) / 0.5), 'mean'),
      }, // prettier-ignore
      {
        name: 'smoothL1Loss, beta 0',
        inputs: [{ shape: [4], values: [-2, -0.3, 0.2, 3] }, { shape: [4], values: [0, 0.1, 0, 0.1] }],
        run: (x, t) => smoothL1Loss(x, t, { beta: 0 }),
        reference: reducedReference(binaryReference((x, t) => abs(x - t)), 'mean'),
      }, // prettier-ignore
      ...lossSamples('klDiv', klDiv, (x, t) => t * (log(t) - x), { range: [-3, 0] }, { range: [0.1, 1] }),
      ...lossSamples('klDiv of logarithms', (x, t, options) => klDiv(x, t, { ...options, logTarget: true }), (x, t) => exp(t) * (t - x), { range: [-3, 0] }),
      {
        name: 'klDiv, batchmean',
        inputs: [{ shape: [2, 3] }, { shape: [2, 3], range: [0.1, 1] }],
        run: (x, t) => klDiv(x, t, { reduction: 'batchmean' }),
        reference: (x, t) => ({ shape: [], data: [t.data.reduce((sum, v, i) => sum + v * (log(v) - x.data[i]), 0) / 2] }),
      },
      {
        name: 'klDiv where the target is 0',
        inputs: [{ shape: [2], values: [-1, -2] }, { shape: [2], values: [0, 1] }],
        run: (x, t) => klDiv(x, t, { reduction: 'sum' }),
        reference: () => ({ shape: [], data: [2] }),
        noGradientCheck: 'its derivative there is infinite',
        subgradients: [[0, -1], null],
      }, // prettier-ignore
    ],
    rejects: [
      { name: 'delta 0', run: () => huberLoss(tensor([1]), tensor([1]), { delta: 0 }), error: /huberLoss: does not support non-positive values for delta/ },
      { name: 'a negative beta', run: () => smoothL1Loss(tensor([1]), tensor([1]), { beta: -1 }), error: /smoothL1Loss: does not support negative values for beta/ },
    ],
  }, // prettier-ignore
];
