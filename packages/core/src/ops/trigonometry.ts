/* Circular and hyperbolic functions of one tensor, and their inverses; tanh is in elementwise.ts. */
import type { Tensor } from '../tensor.ts';
import { add, div, mul, neg, sub } from './arithmetic.ts';
import { rsqrt, square } from './elementwise.ts';
import { toFloat } from './promote.ts';
import { onFloats, unaryOpOfInput, unaryOpOfOutput, type UnaryFunction } from './unary.ts';

const { PI } = Math;

export const sinOp = unaryOpOfInput('sin', (g, x) => mul(g, cos(x)));
export const cosOp = unaryOpOfInput('cos', (g, x) => neg(mul(g, sin(x))));
export const tanOp = unaryOpOfOutput('tan', (g, y) => mul(g, add(square(y), 1)));
export const asinOp = unaryOpOfInput('asin', (g, x) => mul(g, rsqrt(sub(1, square(x)))));
export const acosOp = unaryOpOfInput('acos', (g, x) => neg(mul(g, rsqrt(sub(1, square(x))))));
export const atanOp = unaryOpOfInput('atan', (g, x) => div(g, add(square(x), 1)));
export const sinhOp = unaryOpOfInput('sinh', (g, x) => mul(g, cosh(x)));
export const coshOp = unaryOpOfInput('cosh', (g, x) => mul(g, sinh(x)));
export const asinhOp = unaryOpOfInput('asinh', (g, x) => mul(g, rsqrt(add(square(x), 1))));
export const acoshOp = unaryOpOfInput('acosh', (g, x) => mul(g, rsqrt(sub(square(x), 1))));
export const atanhOp = unaryOpOfInput('atanh', (g, x) => div(g, sub(1, square(x))));

/** The sine of x, in radians (torch.sin). Integers become float32. */
export const sin: UnaryFunction = onFloats(sinOp);

/** The cosine of x, in radians (torch.cos). Integers become float32. */
export const cos: UnaryFunction = onFloats(cosOp);

/** The tangent of x, in radians (torch.tan). Integers become float32. */
export const tan: UnaryFunction = onFloats(tanOp);

/** The angle in [−π/2, π/2] whose sine is x; NaN outside [−1, 1] (torch.asin). Integers become float32. */
export const asin: UnaryFunction = onFloats(asinOp);

/** The angle in [0, π] whose cosine is x; NaN outside [−1, 1] (torch.acos). Integers become float32. */
export const acos: UnaryFunction = onFloats(acosOp);

/** The angle in [−π/2, π/2] whose tangent is x (torch.atan). Integers become float32. */
export const atan: UnaryFunction = onFloats(atanOp);

/** The hyperbolic sine of x (torch.sinh). Integers become float32. */
export const sinh: UnaryFunction = onFloats(sinhOp);

/** The hyperbolic cosine of x (torch.cosh). Integers become float32. */
export const cosh: UnaryFunction = onFloats(coshOp);

/** The inverse hyperbolic sine of x (torch.asinh). Integers become float32. */
export const asinh: UnaryFunction = onFloats(asinhOp);

/** The inverse hyperbolic cosine of x; NaN for x < 1 (torch.acosh). Integers become float32. */
export const acosh: UnaryFunction = onFloats(acoshOp);

/** The inverse hyperbolic tangent of x; NaN outside [−1, 1] (torch.atanh). Integers become float32. */
export const atanh: UnaryFunction = onFloats(atanhOp);

/** Degrees as radians: x·π/180 (torch.deg2rad). Integers become float32. */
export function deg2rad(x: Tensor): Tensor {
  return mul(toFloat('deg2rad', x), PI / 180);
}

/** Radians as degrees: x·180/π (torch.rad2deg). Integers become float32. */
export function rad2deg(x: Tensor): Tensor {
  return mul(toFloat('rad2deg', x), 180 / PI);
}
