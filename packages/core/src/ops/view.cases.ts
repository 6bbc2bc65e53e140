import { ones, tensor } from '../creation.ts';
import { movedReference, type InputSpec, type OpCases, type Plain } from './op.cases.ts';
import {
  flatten,
  mT,
  movedim,
  permute,
  permuteOp,
  ravel,
  reshape,
  reshapeAs,
  reshapeCopyOp,
  squeeze,
  t,
  transpose,
  unflatten,
  unsqueeze,
  view,
  viewAs,
  viewOp,
} from './view.ts';

const any = (...shape: number[]): InputSpec => ({ shape });

/** The same elements in another shape. */
const shaped =
  (...shape: number[]) =>
  (x: Plain): Plain => ({ shape, data: x.data });

export const cases: OpCases[] = [
  {
    op: viewOp,
    samples: [
      { inputs: [any(4, 3)], run: (x) => view(x, [2, 2, 3]), reference: shaped(2, 2, 3) },
      { inputs: [any(2, 3)], run: (x) => view(x, [2, 1, -1, 1]), reference: shaped(2, 1, 3, 1) },
      { inputs: [any()], run: (x) => view(x, [1, 1]), reference: shaped(1, 1) },
      { inputs: [any(0, 3)], run: (x) => view(x, [3, 0]), reference: shaped(3, 0) },
      { inputs: [any(2, 3)], run: (x) => viewAs(x, ones([2, 3, 1])), reference: shaped(2, 3, 1) },
      { inputs: [any(6, 2)], run: (x) => unflatten(x, 0, [3, -1]), reference: shaped(3, 2, 2) },
      { inputs: [any(2, 6)], run: (x) => unflatten(x, -1, [2, 3]), reference: shaped(2, 2, 3) },
      { inputs: [any(1, 2, 1)], run: (x) => squeeze(x), reference: shaped(2) },
      { inputs: [any(1, 2, 1)], run: (x) => squeeze(x, -1), reference: shaped(1, 2) },
      { inputs: [any(1, 2, 1)], run: (x) => squeeze(x, [0, 1]), reference: shaped(2, 1) },
      { inputs: [any(1, 2, 1)], run: (x) => squeeze(x, []), reference: shaped(1, 2, 1) },
      { inputs: [any()], run: (x) => squeeze(x, 0), reference: shaped() },
      { inputs: [any(2, 3)], run: (x) => unsqueeze(x, 1), reference: shaped(2, 1, 3) },
      { inputs: [any(2, 3)], run: (x) => unsqueeze(x, -1), reference: shaped(2, 3, 1) },
      { inputs: [any()], run: (x) => unsqueeze(x, 0), reference: shaped(1) },
      { inputs: [any()], run: (x) => flatten(x), reference: shaped(1) },
      { inputs: [any(3)], run: (x) => flatten(x), reference: shaped(3) },
    ],
    rejects: [
      {
        name: 'a view that strides do not allow',
        run: () => view(ones([2, 3]).t(), [6]),
        error: /view: view size is not compatible with input tensor's size and stride.*Use reshape/,
      },
      {
        name: 'another number of elements',
        run: () => view(ones([2, 3]), [4]),
        error: /view: shape '\[4\]' is invalid for input of size 6/,
      },
      {
        name: 'two inferred extents',
        run: () => view(ones([4]), [-1, -1]),
        error: /only one dimension can be inferred/,
      },
      {
        name: 'numbers instead of an array',
        run: () => view(ones([4]), 2 as never),
        error: /view: the shape must be an array, got 2/,
      },
      {
        name: 'sizes that do not multiply to the extent',
        run: () => unflatten(ones([4]), 0, [3, 2]),
        error: /Provided sizes \[3, 2\] don't multiply up to the size of dim 0 \(4\)/,
      },
      {
        name: 'a dim that is not there',
        run: () => unsqueeze(ones([4]), 2),
        error: /unsqueeze: Dimension out of range \(expected to be in range of \[-2, 1\], but got 2\)/,
      },
      {
        name: 'no tensor',
        run: () => view([1] as never, [1]),
        error: /view: expected a Tensor, got an array/,
      },
    ],
  },
  {
    op: reshapeCopyOp,
    samples: [
      {
        inputs: [any(2, 3)],
        run: (x) => reshape(transpose(x, 0, 1), [6]),
        reference: movedReference([6], ([i]) => [i % 2, Math.floor(i / 2)]),
      },
      {
        inputs: [any(2, 3, 2)],
        run: (x) => reshape(permute(x, [2, 0, 1]), [4, -1]),
        reference: movedReference([4, 3], ([i, j]) => [i % 2, j, Math.floor(i / 2)]),
      },
      { inputs: [any(2, 3)], run: (x) => reshape(x, [3, 2]), reference: shaped(3, 2) },
      { inputs: [any(2, 3)], run: (x) => reshapeAs(x, ones([6])), reference: shaped(6) },
      { inputs: [any(2, 3)], run: (x) => ravel(x), reference: shaped(6) },
      { inputs: [any(2, 3, 2)], run: (x) => flatten(x), reference: shaped(12) },
      { inputs: [any(2, 3, 2)], run: (x) => flatten(x, 1), reference: shaped(2, 6) },
      { inputs: [any(2, 3, 2)], run: (x) => flatten(x, -3, -2), reference: shaped(6, 2) },
      { inputs: [any(2, 0)], run: (x) => ravel(x), reference: shaped(0) },
    ],
    rejects: [
      {
        name: 'another number of elements',
        run: () => reshape(ones([2, 3]), [-1, 4]),
        error: /reshape: shape '\[-1, 4\]' is invalid for input of size 6/,
      },
      {
        name: 'an extent that no elements decide',
        run: () => reshape(ones([0]), [-1, 0]),
        error: /cannot reshape tensor of 0 elements.*ambiguous/,
      },
      {
        name: 'dims in the wrong order',
        run: () => flatten(ones([2, 3]), 1, 0),
        error: /startDim cannot come after endDim/,
      },
    ],
  },
  {
    op: permuteOp,
    samples: [
      {
        inputs: [any(2, 3, 4)],
        run: (x) => permute(x, [2, 0, -2]),
        reference: movedReference([4, 2, 3], ([i, j, k]) => [j, k, i]),
      },
      { inputs: [any()], run: (x) => permute(x, []), reference: shaped() },
      {
        inputs: [any(2, 3)],
        run: (x) => transpose(x, -1, 0),
        reference: movedReference([3, 2], ([i, j]) => [j, i]),
      },
      { inputs: [any()], run: (x) => transpose(x, 0, -1), reference: shaped() },
      {
        inputs: [any(2, 3, 4)],
        run: (x) => movedim(x, 0, -1),
        reference: movedReference([3, 4, 2], ([i, j, k]) => [k, i, j]),
      },
      {
        inputs: [any(2, 3, 4)],
        run: (x) => movedim(x, [0, 1], [2, 0]),
        reference: movedReference([3, 4, 2], ([i, j, k]) => [k, i, j]),
      },
      { inputs: [any(0, 3)], run: (x) => t(x), reference: shaped(3, 0) },
      { inputs: [any(3)], run: (x) => t(x), reference: shaped(3) },
      {
        inputs: [any(2, 3, 2)],
        run: (x) => mT(x),
        reference: movedReference([2, 2, 3], ([b, i, j]) => [b, j, i]),
      },
    ],
    rejects: [
      {
        name: 'too few dims',
        run: () => permute(ones([2, 3]), [0]),
        error: /permute: number of dimensions in the tensor input does not match/,
      },
      { name: 'a dim twice', run: () => permute(ones([2, 3]), [0, -2]), error: /permute: .*more than once/ },
      {
        name: 'a dim that is not there',
        run: () => transpose(ones([2, 3]), 0, 2),
        error: /transpose: Dimension out of range/,
      },
      {
        name: 'sources and destinations of different number',
        run: () => movedim(ones([2, 3]), [0, 1], [0]),
        error: /movedim: Invalid source or destination dims/,
      },
      {
        name: 't of three dims',
        run: () => t(ones([2, 2, 2])),
        error: /t: expects a tensor with <= 2 dimensions/,
      },
      { name: 'mT of a vector', run: () => mT(tensor([1, 2])), error: /mT: only supported on matrices/ },
    ],
  },
];
