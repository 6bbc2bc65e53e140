/* Keeping gradients small, between backward and an optimizer's step. */
import { isTensor, noGrad, norm, stack, tensor, type Tensor } from '@retrograd/core';
import { checkNumber } from '../checks.ts';
import { isModule } from '../module.ts';

/** Options of {@link clipGradNorm_}. */
export interface ClipGradNormOptions {
  /** The exponent of the norm; Infinity for the greatest absolute value. Default 2. */
  readonly normType?: number;
  /** Whether a total norm that is NaN or infinite is an error. Default false. */
  readonly errorIfNonfinite?: boolean;
}

/**
 * Scales all gradients by the same factor so that their norm, taken as if they were one vector, is at most maxNorm
 * (torch.nn.utils.clip_grad_norm_): in place, and only ever down.
 *
 *     loss.backward();
 *     nn.utils.clipGradNorm_(model.parameters(), 1);
 *     optimizer.step();
 *
 * @returns The norm before, 0-d; 0 if there is no gradient.
 * @throws RangeError for a norm that is not finite, if asked for; nothing is scaled then.
 */
export function clipGradNorm_(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  { normType = 2, errorIfNonfinite = false }: ClipGradNormOptions = {},
): Tensor {
  checkNumber('clipGradNorm_', 'maxNorm', maxNorm);
  checkNumber('clipGradNorm_', 'normType', normType);
  const gradients = gradientsOf('clipGradNorm_', parameters);
  if (gradients.length === 0) return tensor(0);
  return noGrad(() => {
    const total = norm(stack(gradients.map((g) => norm(g, normType))), normType);
    if (errorIfNonfinite && !Number.isFinite(total.item())) {
      throw new RangeError(
        `clipGradNorm_: The total norm of order ${normType} for gradients from \`parameters\` is non-finite ` +
          `(${total.item()}), so it cannot be clipped. To disable this error and scale the gradients by the non-finite ` +
          'norm anyway, set `errorIfNonfinite: false`',
      );
    }
    const factor = total.add(1e-6).reciprocal().mul(maxNorm).clampMax(1);
    for (const g of gradients) g.mul_(factor.to(g.dtype));
    return total;
  });
}

/**
 * Keeps every element of all gradients within ±clipValue, in place (torch.nn.utils.clip_grad_value_).
 */
export function clipGradValue_(parameters: Tensor | Iterable<Tensor>, clipValue: number): void {
  checkNumber('clipGradValue_', 'clipValue', clipValue);
  noGrad(() => {
    for (const g of gradientsOf('clipGradValue_', parameters)) g.clamp_({ min: -clipValue, max: clipValue });
  });
}

/** The gradients there are, off the tape. */
function gradientsOf(where: string, parameters: Tensor | Iterable<Tensor>): Tensor[] {
  if (isModule(parameters)) {
    throw new TypeError(
      `${where}: expected parameters, got the module ${parameters.constructor.name}; pass its parameters()`,
    );
  }
  const list = isTensor(parameters) ? [parameters] : [...parameters];
  return list.flatMap(({ grad }) => (grad === null ? [] : [grad.detach()]));
}
