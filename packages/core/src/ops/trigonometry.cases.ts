import { elementwiseCases } from './elementwise.cases.ts';
import { unaryReference, type OpCases } from './op.cases.ts';
import {
  acos, acosh, acoshOp, acosOp, asin, asinh, asinhOp, asinOp, atan, atanh, atanhOp, atanOp, cos, cosh, coshOp, cosOp,
  deg2rad, rad2deg, sin, sinh, sinhOp, sinOp, tan, tanOp,
} from './trigonometry.ts'; // prettier-ignore

export const cases: OpCases[] = [
  elementwiseCases(sinOp, sin, Math.sin, [-4, 4]),
  elementwiseCases(cosOp, cos, Math.cos, [-4, 4]),
  elementwiseCases(tanOp, tan, Math.tan, [-1.2, 1.2]),
  elementwiseCases(asinOp, asin, Math.asin, [-0.9, 0.9]),
  elementwiseCases(acosOp, acos, Math.acos, [-0.9, 0.9]),
  elementwiseCases(atanOp, atan, Math.atan, [-4, 4]),
  elementwiseCases(sinhOp, sinh, Math.sinh),
  elementwiseCases(coshOp, cosh, Math.cosh),
  elementwiseCases(asinhOp, asinh, Math.asinh, [-4, 4]),
  elementwiseCases(acoshOp, acosh, Math.acosh, [1.2, 4]),
  elementwiseCases(atanhOp, atanh, Math.atanh, [-0.8, 0.8]),
  {
    op: sinOp,
    samples: [
      {
        name: 'of degrees',
        inputs: [{ shape: [2, 2], range: [-180, 180] }],
        run: (x) => sin(deg2rad(x)),
        reference: unaryReference((x) => Math.sin((x / 180) * Math.PI)),
      },
    ],
  },
  {
    op: asinOp,
    samples: [
      {
        name: 'in degrees',
        inputs: [{ shape: [3], range: [-0.9, 0.9] }],
        run: (x) => rad2deg(asin(x)),
        reference: unaryReference((x) => (Math.asin(x) / Math.PI) * 180),
      },
      {
        name: 'at and beyond its ends',
        inputs: [{ shape: [3], values: [-1, 1, 1.5] }],
        run: asin,
        reference: unaryReference(Math.asin),
        noGradientCheck: 'poles of the derivative',
        subgradients: [[Infinity, Infinity, NaN]],
      },
    ],
  },
];
