import { ones, tensor } from '../creation.ts';
import { scaledDotProductAttention } from './attention.ts';
import { matmulOp } from './matmul.ts';
import { positions, type OpCases, type Plain } from './op.cases.ts';

const { exp, sqrt } = Math;

/** Attention of one head, by definition. `bias` is added to the score of query i for key j. */
const attention =
  (bias: (i: number, j: number) => number, scale?: number) =>
  (q: Plain, k: Plain, v: Plain): Plain => {
    const [rows, size] = q.shape;
    const [keys, width] = v.shape;
    const score = (i: number, j: number): number =>
      positions([size]).reduce((sum, [e]) => sum + q.data[i * size + e] * k.data[j * size + e], 0) *
        (scale ?? 1 / sqrt(size)) +
      bias(i, j);
    const data = positions([rows, width]).map(([i, e]) => {
      const weights = positions([keys]).map(([j]) => exp(score(i, j)));
      const total = weights.reduce((a, b) => a + b, 0);
      return weights.reduce((sum, w, j) => sum + (w / total) * v.data[j * width + e], 0);
    });
    return { shape: [rows, width], data };
  };

const heads = [{ shape: [3, 2] }, { shape: [4, 2] }, { shape: [4, 3] }];
const mask = [[true, false, true, true], [false, true, false, false], [true, true, true, false]]; // prettier-ignore

export const cases: OpCases[] = [
  {
    op: matmulOp,
    samples: [
      {
        name: 'scaledDotProductAttention',
        inputs: heads,
        run: (q, k, v) => scaledDotProductAttention(q, k, v),
        reference: attention(() => 0),
      },
      {
        name: 'scaledDotProductAttention, causal, scale',
        inputs: heads,
        run: (q, k, v) => scaledDotProductAttention(q, k, v, { isCausal: true, scale: 0.3 }),
        reference: attention((i, j) => (j > i ? -Infinity : 0), 0.3),
      },
      {
        name: 'scaledDotProductAttention, bool mask',
        inputs: heads,
        run: (q, k, v) => scaledDotProductAttention(q, k, v, { attnMask: tensor(mask) }),
        reference: attention((i, j) => (mask[i][j] ? 0 : -Infinity)),
      },
      {
        name: 'scaledDotProductAttention of batches, additive mask',
        inputs: [{ shape: [2, 2, 3] }, { shape: [2, 1, 3] }, { shape: [2, 1, 2] }, { shape: [2, 1] }],
        run: (q, k, v, attnMask) => scaledDotProductAttention(q, k, v, { attnMask }),
      },
    ],
    rejects: [
      {
        name: 'a mask and isCausal',
        run: () =>
          scaledDotProductAttention(ones([2, 2]), ones([2, 2]), ones([2, 2]), {
            isCausal: true,
            attnMask: ones([2, 2]),
          }),
        error: /Explicit attn_mask should not be set when is_causal=True/,
      },
      {
        name: 'vectors',
        run: () => scaledDotProductAttention(ones([2]), ones([2]), ones([2])),
        error: /Expected query, key, and value to have at least 2 dimensions, got \[2\], \[2\] and \[2\]/,
      },
    ],
  },
];
