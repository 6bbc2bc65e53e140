import { ones } from '../creation.ts';
import type { Tensor } from '../tensor.ts';
import { clone } from './copy.ts';
import { movedReference, type OpCases } from './op.cases.ts';
import { asStrided, asStridedOp } from './strided.ts';

/** As if x lay in memory of its own: strides and offsets are about memory, and the test varies that. */
const strided =
  (...args: [number[], number[], number?]) =>
  (x: Tensor): Tensor => asStrided(clone(x), ...args); // prettier-ignore

export const cases: OpCases[] = [
  {
    op: asStridedOp,
    samples: [
      { inputs: [{ shape: [2, 3] }], run: strided([3, 2], [1, 3], 0), reference: movedReference([3, 2], ([i, j]) => [j, i]) },
      { name: 'overlapping', inputs: [{ shape: [5] }], run: strided([3, 2], [1, 2], 0), reference: movedReference([3, 2], ([i, j]) => [i + 2 * j]) },
      { name: 'one element many times', inputs: [{ shape: [2] }], run: strided([2, 2], [0, 0], 1), reference: movedReference([2, 2], () => [1]) },
      { inputs: [{ shape: [] }], run: strided([], []), reference: movedReference([], (p) => p) },
      { inputs: [{ shape: [0] }], run: strided([2, 0], [1, 1], 0), reference: movedReference([2, 0], () => null) },
      { name: 'of an expanded tensor', inputs: [{ shape: [2] }], run: (x) => asStrided(clone(x).unsqueeze(0).expand([3, 2]), [2], [1], 0), reference: movedReference([2], (p) => p) },
    ],
    rejects: [
      { name: 'fewer strides than dims', run: () => asStrided(ones([4]), [2, 2], [1]), error: /asStrided: mismatch in length of strides and shape/ },
      { name: 'a negative stride', run: () => asStrided(ones([4]), [2], [-1]), error: /Negative strides are not supported/ },
      { name: 'elements beyond the storage', run: () => asStrided(ones([4]), [3], [2]), error: /out of bounds for storage of size 4/ },
    ],
  },
]; // prettier-ignore
