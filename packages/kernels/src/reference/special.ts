import type { StructuredKernels } from '../kernels.ts';
import type { UnaryKernel } from '../signatures.ts';
import { i0 as i0Of, i0e as i0eOf, i1 as i1Of, i1e as i1eOf } from './bessel.ts';
import { erfc as erfcOf, erfcx as erfcxOf, erfinv as erfinvOf, ndtri as ndtriOf } from './erf.ts';
import { lgamma as lgammaOf, polygamma as polygammaOf } from './gamma.ts';

function special(f: (x: number) => number): UnaryKernel {
  return (n, x, xOffset, out, outOffset) => {
    for (let i = 0; i < n; i++) out[outOffset + i] = f(x[xOffset + i]);
  };
}

export const erfc = special(erfcOf);
export const erfinv = special(erfinvOf);
export const lgamma = special(lgammaOf);
export const erfcx = special(erfcxOf);
export const ndtri = special(ndtriOf);
export const i0 = special(i0Of);
export const i0e = special(i0eOf);
export const i1 = special(i1Of);
export const i1e = special(i1eOf);

export const polygamma: StructuredKernels['polygamma'] = (n, order, x, xOffset, out, outOffset) => {
  for (let i = 0; i < n; i++) out[outOffset + i] = polygammaOf(order, x[xOffset + i]);
};
