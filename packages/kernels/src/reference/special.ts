import type { StructuredKernels } from '../kernels.ts';
import type { UnaryKernel } from '../signatures.ts';
import { erfc as erfcOf, erfinv as erfinvOf } from './erf.ts';
import { lgamma as lgammaOf, polygamma as polygammaOf } from './gamma.ts';

function special(f: (x: number) => number): UnaryKernel {
  return (n, x, xOffset, out, outOffset) => {
    for (let i = 0; i < n; i++) out[outOffset + i] = f(x[xOffset + i]);
  };
}

export const erfc = special(erfcOf);
export const erfinv = special(erfinvOf);
export const lgamma = special(lgammaOf);

export const polygamma: StructuredKernels['polygamma'] = (n, order, x, xOffset, out, outOffset) => {
  for (let i = 0; i < n; i++) out[outOffset + i] = polygammaOf(order, x[xOffset + i]);
};
