import { tensor, zeros } from '../creation.ts';
import {
  binaryCrossEntropy, binaryCrossEntropyOp, binaryCrossEntropyWithLogits, logitsLossOp,
} from './binaryCrossEntropy.ts'; // prettier-ignore
import { lossSamples, reducedReference } from './losses.cases.ts';
import { binaryReference, type OpCases } from './op.cases.ts';

const { exp, log } = Math;

const entropy = (x: number, t: number): number => -(t * log(x) + (1 - t) * log(1 - x));
const ofLogit = (x: number, t: number): number => entropy(1 / (1 + exp(-x)), t);

export const cases: OpCases[] = [
  {
    op: binaryCrossEntropyOp,
    samples: [
      ...lossSamples(
        'binaryCrossEntropy',
        binaryCrossEntropy,
        entropy,
        { range: [0.1, 0.9] },
        { range: [0, 1] },
      ),
      {
        name: 'weighted',
        inputs: [{ shape: [2, 2], range: [0.1, 0.9] }, { shape: [2, 2], range: [0, 1] }, { shape: [2] }],
        run: (x, t, weight) => binaryCrossEntropy(x, t, { weight }),
        reference: (x, t, weight) => {
          const losses = binaryReference(entropy)(x, t);
          return reducedReference(() => binaryReference((a, b) => a * b)(losses, weight), 'mean')();
        },
      }, // prettier-ignore
      {
        name: 'at 0 and 1',
        inputs: [{ shape: [4], values: [0, 1, 0, 1] }, { shape: [4], values: [0, 1, 1, 0] }],
        run: (x, t) => binaryCrossEntropy(x, t, { reduction: 'none' }),
        reference: () => ({ shape: [4], data: [0, 0, 100, 100] }),
        noGradientCheck: 'it has poles',
        // The value's logarithms are clamped, PyTorch's gradient of the target is not.
        gradientByDefinition: true,
        subgradients: [[0, 0, -1e12, 1e12], [Infinity, -Infinity, Infinity, -Infinity]],
      }, // prettier-ignore
    ],
    rejects: [
      {
        name: 'no probability',
        run: () => binaryCrossEntropy(tensor([2]), tensor([1])),
        error: /binaryCrossEntropy: all elements of input should be between 0 and 1/,
      },
      {
        name: 'NaN',
        run: () => binaryCrossEntropy(tensor([NaN, 0.5]), tensor([1, 0])),
        error: /binaryCrossEntropy: all elements of input should be between 0 and 1/,
      },
      {
        name: 'a target of another shape',
        run: () => binaryCrossEntropy(zeros([2]), zeros([1])),
        error:
          /binaryCrossEntropy: Using a target size \(\[1\]\) that is different to the input size \(\[2\]\)/,
      },
    ],
  },
  {
    op: logitsLossOp,
    samples: [
      ...lossSamples(
        'binaryCrossEntropyWithLogits',
        binaryCrossEntropyWithLogits,
        ofLogit,
        {},
        { range: [0, 1] },
      ),
      {
        name: 'great logits',
        inputs: [{ shape: [4], values: [1000, -1000, 1000, -1000] }, { shape: [4], values: [1, 0, 0, 1] }],
        run: (x, t) => binaryCrossEntropyWithLogits(x, t, { reduction: 'none' }),
        reference: () => ({ shape: [4], data: [0, 0, 1000, 1000] }),
        subgradients: [[0, 0, 1, -1], [-1000, 1000, -1000, 1000]],
      }, // prettier-ignore
      {
        name: 'weighted, with a weight for positives',
        inputs: [{ shape: [2, 3] }, { shape: [2, 3], range: [0, 1] }, { shape: [2, 1] }, { shape: [3] }],
        run: (x, t, weight, posWeight) => binaryCrossEntropyWithLogits(x, t, { weight, posWeight, reduction: 'sum' }),
        reference: (x, t, weight, posWeight) => ({
          shape: [],
          data: [
            x.data.reduce((sum, v, i) => {
              const yes = posWeight.data[i % 3] * t.data[i] * ofLogit(v, 1);
              return sum + weight.data[i < 3 ? 0 : 1] * (yes + (1 - t.data[i]) * ofLogit(v, 0));
            }, 0),
          ],
        }),
      }, // prettier-ignore
    ],
    rejects: [
      {
        name: 'a target of another shape',
        run: () => binaryCrossEntropyWithLogits(zeros([2]), zeros([1])),
        error: /binaryCrossEntropyWithLogits: Target size \(\[1\]\) must be the same as input size \(\[2\]\)/,
      },
    ],
  },
];
