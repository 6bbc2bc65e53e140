import type { SpecialName } from '../../src/index.ts';
import { Region, withinUlps } from './check.ts';
import type { Check } from './check.ts';
import { ERFC, ERFCX, ERFINV, I0, I0E, I1, I1E, LGAMMA, NDTRI, POLYGAMMA } from './golden.ts';

type Rows = readonly (readonly [number, number])[];

const { PI } = Math;
const TRIGAMMA_OF_HALF = (PI * PI) / 2;

/** Exact values, how many units in the last place are allowed, and values at poles and beyond the domain. */
const CASES: Record<SpecialName, { readonly rows: Rows; readonly ulps: number; readonly special: Rows }> = {
  erfc: { rows: ERFC, ulps: 6, special: [[0, 1], [Infinity, 0], [-Infinity, 2], [NaN, NaN], [30, 0], [-30, 2]] },
  erfinv: { rows: ERFINV, ulps: 4, special: [[0, 0], [-0, -0], [1, Infinity], [-1, -Infinity], [1.5, NaN], [-2, NaN], [NaN, NaN]] },
  lgamma: { rows: LGAMMA, ulps: 16, special: [[0, Infinity], [-1, Infinity], [-7, Infinity], [Infinity, Infinity], [-Infinity, Infinity], [NaN, NaN]] },
  erfcx: { rows: ERFCX, ulps: 8, special: [[0, 1], [Infinity, 0], [-Infinity, Infinity], [-30, Infinity], [NaN, NaN]] },
  ndtri: { rows: NDTRI, ulps: 8, special: [[0, -Infinity], [0.5, 0], [1, Infinity], [-0.5, NaN], [2, NaN], [NaN, NaN]] },
  i0: { rows: I0, ulps: 16, special: [[0, 1], [Infinity, Infinity], [-Infinity, Infinity], [NaN, NaN]] },
  i1: { rows: I1, ulps: 16, special: [[0, 0], [Infinity, Infinity], [-Infinity, -Infinity], [NaN, NaN]] },
  i0e: { rows: I0E, ulps: 16, special: [[0, 1], [Infinity, 0], [-Infinity, 0], [NaN, NaN]] },
  i1e: { rows: I1E, ulps: 16, special: [[0, 0], [Infinity, 0], [-Infinity, -0], [NaN, NaN]] },
}; // prettier-ignore

const column = (rows: Rows, i: 0 | 1): number[] => rows.map((row) => row[i]);

const specialChecks = (name: SpecialName): Check[] => {
  const { rows, ulps, special } = CASES[name];
  return [
    {
      kernel: name,
      title: 'is accurate to a few units in the last place',
      run: (kernels, random) => {
        const x = new Region(Float64Array, rows.length, random, column(rows, 0));
        const out = new Region(Float64Array, rows.length, random);
        kernels[name](rows.length, x.array, x.offset, out.array, out.offset);
        out.mustHold(column(rows, 1), withinUlps(ulps));
        x.mustBeUntouched();
      },
    },
    {
      kernel: name,
      title: 'has its limits at poles and infinities, NaN beyond its domain, also in place and in float32',
      run: (kernels, random) => {
        for (const type of [Float32Array, Float64Array]) {
          const x = new Region(type, special.length, random, column(special, 0));
          kernels[name](special.length, x.array, x.offset, x.array, x.offset);
          x.mustHold(column(special, 1));
        }
      },
    },
  ];
};

export const specialConformance: readonly Check[] = [
  ...(Object.keys(CASES) as SpecialName[]).flatMap(specialChecks),
  {
    kernel: 'polygamma',
    title: 'is accurate to some units in the last place in every order',
    run: (kernels, random) => {
      POLYGAMMA.forEach((rows, order) => {
        const x = new Region(Float64Array, rows.length, random, column(rows, 0));
        const out = new Region(Float64Array, rows.length, random);
        kernels.polygamma(rows.length, order, x.array, x.offset, out.array, out.offset);
        out.mustHold(column(rows, 1), withinUlps(64));
        x.mustBeUntouched();
      });
    },
  },
  {
    kernel: 'polygamma',
    title: 'has its limits at poles and infinities, also in place and in float32',
    run: (kernels, random) => {
      const rows: Record<number, Rows> = {
        0: [[0, -Infinity], [-0, Infinity], [-1, NaN], [-3, NaN], [Infinity, Infinity], [NaN, NaN]],
        1: [[0, Infinity], [-2, Infinity], [Infinity, 0], [NaN, NaN], [0.5, TRIGAMMA_OF_HALF]],
        2: [[0, -Infinity], [-2, -Infinity], [Infinity, 0], [NaN, NaN]],
      }; // prettier-ignore
      for (const type of [Float32Array, Float64Array]) {
        for (const [order, values] of Object.entries(rows)) {
          const x = new Region(type, values.length, random, column(values, 0));
          kernels.polygamma(values.length, Number(order), x.array, x.offset, x.array, x.offset);
          x.mustHold(column(values, 1), withinUlps(8));
        }
      }
    },
  },
];
