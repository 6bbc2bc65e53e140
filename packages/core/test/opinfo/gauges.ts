/* What samples compare of results that are determined only up to signs: as OpInfo's samples do it. */
import * as core from '../../src/index.ts';
import type { Tensor } from '../../src/index.ts';

type Outputs = readonly Tensor[];

/** The columns of U and rows of Vh that belong to singular values; the rest of a full U is any basis of a complement. */
function reduced([u, s, vh]: Outputs): Outputs {
  const k = s.shape[s.ndim - 1];
  return [core.narrow(u, -1, 0, k), s, core.narrow(vh, -2, 0, k)];
}

/** By the names scripts/golden/opinfo.py gives them. */
export const gauges = {
  absU: (usv: Outputs): Outputs => [core.abs(reduced(usv)[0])],
  S: (usv: Outputs): Outputs => [usv[1]],
  SAndAbsVh: (usv: Outputs): Outputs => [usv[1], core.abs(reduced(usv)[2])],
  UVhAndS: (usv: Outputs): Outputs => {
    const [u, s, vh] = reduced(usv);
    return [core.matmul(u, vh), s];
  },
  firstAndAbsSecond: ([first, second]: Outputs): Outputs =>
    second === undefined ? [first] : [first, core.abs(second)],
  lastTwo: (outputs: Outputs): Outputs => outputs.slice(-2),
};

/** A name of the table. */
export type Gauge = keyof typeof gauges;
