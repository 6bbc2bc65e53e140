import { ones } from '../creation.ts';
import { indexSelectOp } from './indexSelect.ts';
import { interpolate, type InterpolateOptions } from './interpolate.ts';
import { movedReference, positions, elementAt, type OpCases, type Plain } from './op.cases.ts';
import { pixelShuffle, pixelUnshuffle } from './pixelShuffle.ts';
import { permuteOp } from './view.ts';

const { floor, max, min } = Math;

/** Tents of width 1 around each element: multilinear interpolation by definition. */
const linear =
  (size: readonly number[], alignCorners: boolean) =>
  (x: Plain): Plain => {
    const inner = x.shape.slice(2);
    const shape = [...x.shape.slice(0, 2), ...size];
    const data = positions(shape).map(([n, c, ...p]) => {
      const at = p.map((i, d) => {
        const place = alignCorners
          ? (i * (inner[d] - 1)) / max(size[d] - 1, 1)
          : ((i + 0.5) * inner[d]) / size[d] - 0.5;
        return min(max(place, 0), inner[d] - 1);
      });
      return positions(inner).reduce((sum, q) => {
        const weight = q.reduce((w, k, d) => w * max(0, 1 - Math.abs(k - at[d])), 1);
        return sum + weight * elementAt(x, [n, c, ...q]);
      }, 0);
    });
    return { shape, data };
  };

const refused = (shape: readonly number[], options: InterpolateOptions) => (): unknown =>
  interpolate(ones(shape), options);

export const cases: OpCases[] = [
  {
    op: indexSelectOp,
    samples: [
      { name: 'nearest', inputs: [{ shape: [1, 2, 3] }], run: (x) => interpolate(x, { size: 5 }),
        reference: movedReference([1, 2, 5], ([n, c, i]) => [n, c, floor((i * 3) / 5)]) },
      { name: 'nearest-exact of an image', inputs: [{ shape: [1, 1, 4, 2] }], run: (x) => interpolate(x, { size: [3, 3], mode: 'nearest-exact' }),
        reference: movedReference([1, 1, 3, 3], ([n, c, i, j]) => [n, c, floor(((i + 0.5) * 4) / 3), floor(((j + 0.5) * 2) / 3)]) },
      { name: 'linear', inputs: [{ shape: [2, 1, 3] }], run: (x) => interpolate(x, { size: 5, mode: 'linear' }), reference: linear([5], false) },
      { name: 'bilinear', inputs: [{ shape: [1, 2, 3, 2] }], run: (x) => interpolate(x, { scaleFactor: [1, 2], mode: 'bilinear' }),
        reference: linear([3, 4], false) },
      { name: 'bilinear, alignCorners', inputs: [{ shape: [1, 2, 3, 2] }], run: (x) => interpolate(x, { size: [4, 1], mode: 'bilinear', alignCorners: true }),
        reference: linear([4, 1], true) },
      { name: 'trilinear', inputs: [{ shape: [1, 1, 2, 2, 2] }], run: (x) => interpolate(x, { size: [3, 1, 2], mode: 'trilinear' }),
        reference: linear([3, 1, 2], false) },
      { name: 'bicubic', inputs: [{ shape: [1, 1, 3, 4] }], run: (x) => interpolate(x, { size: [4, 3], mode: 'bicubic' }) },
      { name: 'area', inputs: [{ shape: [1, 1, 3, 4] }], run: (x) => interpolate(x, { size: 2, mode: 'area' }) },
      { name: 'an empty batch', inputs: [{ shape: [0, 1, 3] }], run: (x) => interpolate(x, { size: 2 }) },
    ],
    rejects: [
      { name: 'neither size nor scaleFactor', run: refused([1, 1, 3], {}), error: /either size or scaleFactor should be defined/ },
      { name: 'size and scaleFactor', run: refused([1, 1, 3], { size: 2, scaleFactor: 2 }), error: /only one of size or scaleFactor should be defined/ },
      { name: 'alignCorners for nearest', run: refused([1, 1, 3], { size: 2, alignCorners: true }),
        error: /align_corners option can only be set with the interpolating modes/ },
      { name: 'a line for bilinear', run: refused([1, 1, 3], { size: 2, mode: 'bilinear' }), error: /Got 3D input, but bilinear mode needs 4D input/ },
      { name: 'too many sizes', run: refused([1, 1, 3], { size: [2, 2] }), error: /must have the same number of spatial dimensions/ },
      { name: 'size 0', run: refused([1, 1, 3], { size: 0 }), error: /Input and output sizes should be greater than 0/ },
      { name: 'an unknown mode', run: refused([1, 1, 3], { size: 2, mode: 'cubic' as never }), error: /mode must be one of/ },
    ],
  },
  {
    op: permuteOp,
    samples: [
      { name: 'pixelShuffle', inputs: [{ shape: [2, 8, 1, 3] }], run: (x) => pixelShuffle(x, 2),
        reference: movedReference([2, 2, 2, 6], ([n, c, h, w]) => [n, c * 4 + (h % 2) * 2 + (w % 2), floor(h / 2), floor(w / 2)]) },
      { name: 'pixelUnshuffle', inputs: [{ shape: [2, 4, 6] }], run: (x) => pixelUnshuffle(x, 2),
        reference: movedReference([8, 2, 3], ([c, h, w]) => [floor(c / 4), h * 2 + floor((c % 4) / 2), w * 2 + (c % 2)]) },
    ],
    rejects: [
      { name: 'channels that the square does not divide', run: () => pixelShuffle(ones([6, 1, 1]), 2), error: /input.size\(-3\)=6 is not divisible by 4/ },
      { name: 'sizes that the factor does not divide', run: () => pixelUnshuffle(ones([1, 3, 2]), 2), error: /not both divisible by 2/ },
      { name: 'a matrix', run: () => pixelShuffle(ones([4, 4]), 2), error: /expects input to have at least 3 dimensions/ },
      { name: 'factor 0', run: () => pixelShuffle(ones([4, 4, 4]), 0), error: /expects a positive factor, but got 0/ },
    ],
  },
]; // prettier-ignore
