import { tensor, zeros } from '../creation.ts';
import { ctcLoss } from './ctcLoss.ts';
import { positions, type OpCases, type Plain } from './op.cases.ts';
import { logsumexpOp } from './statistics.ts';

const { exp, log } = Math;

/** Merges repetitions, then removes blanks (0). */
const spelled = (path: readonly number[]): string =>
  path.filter((c, t) => c !== path[t - 1]).filter((c) => c !== 0).join(); // prettier-ignore

/** By definition: the sum over all paths of frames that spell the target. */
function byPaths(frames: Plain, column: number, time: number, target: readonly number[]): number {
  const [, batch, classes] = frames.shape;
  const row = (t: number): number[] =>
    positions([classes]).map(([c]) => frames.data[(t * batch + column) * classes + c]);
  const chance = (t: number, c: number): number =>
    exp(row(t)[c]) / row(t).reduce((sum, v) => sum + exp(v), 0);
  const paths = positions(new Array<number>(time).fill(classes));
  const good = paths.filter((path) => spelled(path) === target.join());
  return -log(good.reduce((sum, path) => sum + path.reduce((p, c, t) => p * chance(t, c), 1), 0));
}

const rows = tensor([[1, 1, 0], [2, 1, 2], [0, 0, 0]], { dtype: 'int32' }); // prettier-ignore

export const cases: OpCases[] = [
  {
    op: logsumexpOp,
    samples: [
      {
        name: 'ctcLoss',
        inputs: [{ shape: [4, 3, 3] }],
        run: (x) => ctcLoss(x, rows, [4, 3, 2], [2, 3, 0], { reduction: 'none' }),
        reference: (x) => ({
          shape: [3],
          data: [byPaths(x, 0, 4, [1, 1]), byPaths(x, 1, 3, [2, 1, 2]), byPaths(x, 2, 2, [])],
        }),
      },
      {
        name: 'ctcLoss, mean, targets one after the other',
        inputs: [{ shape: [3, 2, 3] }],
        run: (x) => ctcLoss(x, tensor([1, 2, 1], { dtype: 'int32' }), tensor([3, 3]), [2, 1]),
        reference: (x) => ({ shape: [], data: [(byPaths(x, 0, 3, [1, 2]) / 2 + byPaths(x, 1, 3, [1])) / 2] }),
      },
      {
        name: 'ctcLoss, zeroInfinity',
        inputs: [{ shape: [2, 2, 3] }],
        run: (x) => ctcLoss(x, tensor([[1, 1], [1, 2]], { dtype: 'int32' }), [2, 2], [2, 2], { reduction: 'none', zeroInfinity: true }),
        reference: (x) => ({ shape: [2], data: [0, byPaths(x, 1, 2, [1, 2])] }),
      },
      {
        name: 'ctcLoss without a batch dim',
        inputs: [{ shape: [3, 3] }],
        run: (x) => ctcLoss(x, tensor([2], { dtype: 'int32' }), 3, 1, { blank: 1 }),
      },
    ],
    rejects: [
      { name: 'more frames than there are', run: () => ctcLoss(zeros([2, 1, 3]), tensor([[1]], { dtype: 'int32' }), [3], [1]),
        error: /Expected input_lengths to have value at most 2, but got value 3/ },
      { name: 'a blank that is no class', run: () => ctcLoss(zeros([2, 1, 3]), tensor([[1]], { dtype: 'int32' }), [2], [1], { blank: 3 }),
        error: /blank must be in label range/ },
      { name: 'lengths for another batch', run: () => ctcLoss(zeros([2, 1, 3]), tensor([[1]], { dtype: 'int32' }), [2, 2], [1]),
        error: /inputLengths must be of size batch_size \(1\), got 2/ },
      { name: 'too few targets', run: () => ctcLoss(zeros([2, 1, 3]), tensor([1], { dtype: 'int32' }), [2], [2]),
        error: /as many elements as all target lengths \(2\)/ },
    ],
  },
]; // prettier-ignore
