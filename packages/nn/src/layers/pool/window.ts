import { perDim, type PerDim, type SpatialDims } from '../../checks.ts';

/**
 * Throws unless kernel and stride are positive and no window can lie in the padding alone.
 *
 * @throws RangeError with PyTorch's words.
 */
export function checkWindow<N extends SpatialDims>(
  where: string,
  dims: N,
  kernelSize: PerDim<N>,
  stride: PerDim<N>,
  padding: PerDim<N>,
): void {
  const kernel: readonly number[] = perDim(where, 'kernelSize', kernelSize, dims, 1);
  perDim(where, 'stride', stride, dims, 1);
  const around: readonly number[] = perDim(where, 'padding', padding, dims, 0);
  around.forEach((size, i) => {
    if (2 * size > kernel[i]) {
      throw new RangeError(
        `${where}: pad should be at most half of kernel size, but got pad=${size} and kernel_size=${kernel[i]}`,
      );
    }
  });
}
