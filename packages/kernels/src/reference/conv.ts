import type { StructuredKernels } from '../kernels.ts';
import type { Conv2dGeometry } from '../parameters.ts';
import { gemm } from './gemm.ts';
import { col2im, im2col } from './im2col.ts';
import { createWorkspace } from './workspace.ts';

// A convolution is a matrix product per sample and group: weight [O/g, C/g·kh·kw] times the patches as columns
// [C/g·kh·kw, oh·ow]. Its gradients are the same product with either factor moved to the other side, transposed by
// strides. Samples are handled one at a time, so that the columns stay small.

const columnsSpace = createWorkspace();

/** A 1 × 1 window at stride 1 without padding: the columns are the input itself. */
function isPointwise(geometry: Conv2dGeometry): boolean {
  const { kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft } = geometry;
  const { height, width, outHeight, outWidth } = geometry;
  return (
    kernelHeight * kernelWidth * strideHeight * strideWidth === 1 &&
    padTop === 0 && padLeft === 0 && outHeight === height && outWidth === width
  ); // prettier-ignore
}

/** The extents of the matrix product of one sample and group. */
function extents(geometry: Conv2dGeometry): {
  rows: number;
  depth: number;
  positions: number;
  channels: number;
} {
  const channels = geometry.inChannels / geometry.groups;
  return {
    rows: geometry.outChannels / geometry.groups,
    depth: channels * geometry.kernelHeight * geometry.kernelWidth,
    positions: geometry.outHeight * geometry.outWidth,
    channels,
  };
}

export const conv2d: StructuredKernels['conv2d'] = (
  geometry,
  x,
  xOffset,
  weight,
  weightOffset,
  bias,
  biasOffset,
  out,
  outOffset,
) => {
  const { batch, groups, height, width } = geometry;
  const { rows, depth, positions, channels } = extents(geometry);
  const pointwise = isPointwise(geometry);
  const columns = columnsSpace(pointwise ? 0 : depth * positions);
  for (let sample = 0; sample < batch; sample++) {
    for (let group = 0; group < groups; group++) {
      const from = xOffset + (sample * groups + group) * channels * height * width;
      const filter = weightOffset + group * rows * depth;
      const to = outOffset + (sample * groups + group) * rows * positions;
      if (bias !== null) {
        for (let o = 0; o < rows; o++) {
          const start = to + o * positions;
          out.fill(bias[biasOffset + group * rows + o], start, start + positions);
        }
      }
      if (!pointwise) im2col(geometry, channels, x, from, columns, 0);
      gemm(
        rows, positions, depth, 1, weight, filter, depth, 1,
        pointwise ? x : columns, pointwise ? from : 0, positions, 1,
        bias === null ? 0 : 1, out, to, positions,
      ); // prettier-ignore
    }
  }
};

export const conv2dInputGrad: StructuredKernels['conv2dInputGrad'] = (
  geometry,
  g,
  gOffset,
  weight,
  weightOffset,
  out,
  outOffset,
) => {
  const { batch, groups, height, width } = geometry;
  const { rows, depth, positions, channels } = extents(geometry);
  const pointwise = isPointwise(geometry);
  const columns = columnsSpace(pointwise ? 0 : depth * positions);
  for (let sample = 0; sample < batch; sample++) {
    for (let group = 0; group < groups; group++) {
      const from = gOffset + (sample * groups + group) * rows * positions;
      const filter = weightOffset + group * rows * depth;
      const to = outOffset + (sample * groups + group) * channels * height * width;
      gemm(
        depth, positions, rows, 1, weight, filter, 1, depth, g, from, positions, 1,
        0, pointwise ? out : columns, pointwise ? to : 0, positions,
      ); // prettier-ignore
      if (!pointwise) col2im(geometry, channels, columns, 0, out, to);
    }
  }
};

export const conv2dWeightGrad: StructuredKernels['conv2dWeightGrad'] = (
  geometry,
  g,
  gOffset,
  x,
  xOffset,
  out,
  outOffset,
) => {
  const { batch, groups, outChannels, height, width } = geometry;
  const { rows, depth, positions, channels } = extents(geometry);
  const pointwise = isPointwise(geometry);
  const columns = columnsSpace(pointwise ? 0 : depth * positions);
  out.fill(0, outOffset, outOffset + outChannels * depth);
  for (let sample = 0; sample < batch; sample++) {
    for (let group = 0; group < groups; group++) {
      const from = xOffset + (sample * groups + group) * channels * height * width;
      const cotangent = gOffset + (sample * groups + group) * rows * positions;
      if (!pointwise) im2col(geometry, channels, x, from, columns, 0);
      gemm(
        rows, depth, positions, 1, g, cotangent, positions, 1,
        pointwise ? x : columns, pointwise ? from : 0, 1, positions,
        1, out, outOffset + group * rows * depth, depth,
      ); // prettier-ignore
    }
  }
};
