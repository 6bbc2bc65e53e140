/* The normal distribution, and the scaled error function that its tails are made of. */
import type { Tensor } from '../tensor.ts';
import { div, mul, neg, sub } from './arithmetic.ts';
import { lt } from './compare.ts';
import { exp, log, log1p, square } from './elementwise.ts';
import { toFloat } from './promote.ts';
import { erfc } from './special.ts';
import { onFloats, unaryOpOfInput, unaryOpOfOutput, type UnaryFunction } from './unary.ts';
import { where } from './where.ts';

const { PI, SQRT1_2, sqrt } = Math;

export const erfcxOp = unaryOpOfInput('erfcx', (g, x) => mul(g, sub(mul(mul(x, 2), erfcx(x)), 2 / sqrt(PI))));
export const ndtriOp = unaryOpOfOutput('ndtri', (g, y) => mul(g, mul(exp(div(square(y), 2)), sqrt(2 * PI))));

/** exp(x²)·erfc(x), which does not vanish where x is large (torch.special.erfcx). Integers become float32. */
export const erfcx: UnaryFunction = onFloats(erfcxOp);

/** Φ(x) = ½ erfc(−x/√2), the normal distribution function (torch.special.ndtr). Integers become float32. */
export function ndtr(x: Tensor): Tensor {
  return mul(erfc(mul(toFloat('ndtr', x), -SQRT1_2)), 0.5);
}

/**
 * The x with {@link ndtr}(x) = p, the quantile of the normal distribution: infinite at 0 and 1, NaN beyond
 * (torch.special.ndtri). Integers become float32.
 */
export const ndtri: UnaryFunction = onFloats(ndtriOp);

/** ln Φ(x), exact in both tails (torch.special.log_ndtr): see {@link ndtr}. Integers become float32. */
export function logNdtr(x: Tensor): Tensor {
  const z = mul(toFloat('logNdtr', x), SQRT1_2);
  const low = lt(z, -1);
  // Each branch sees numbers it can take only, so that the other's derivatives stay finite.
  const tail = where(low, z, -1);
  return where(
    low,
    sub(log(mul(erfcx(neg(tail)), 0.5)), square(tail)),
    log1p(mul(erfc(where(low, -1, z)), -0.5)),
  );
}
