import { dot, mv, noGrad, normalize, zeros, type Tensor } from '@retrograd/core';
import { checkInteger, checkNumber, checkSize } from '../checks.ts';
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from '../layers/convTranspose.ts';
import type { Module } from '../module.ts';
import {
  endReparametrisation, fieldOf, parameterToReplace, reparametrise, restoreParameter, setField,
} from './reparametrisation.ts'; // prettier-ignore

/** Options of {@link spectralNorm}. */
export interface SpectralNormOptions {
  /** The field of the parameter. Default 'weight'. */
  readonly name?: string;
  /** How many steps of power iteration are made at each forward in training mode. Default 1. */
  readonly nPowerIterations?: number;
  /** The least divisor when vectors are normalised. Default 1e-12. */
  readonly eps?: number;
  /** The dim of the outputs, which become the matrix's rows. Default 1 for transposed convolutions, else 0. */
  readonly dim?: number | null;
}

const KIND = 'spectralNorm';

/**
 * Has a parameter computed as w / σ(w) before every forward, σ being the greatest singular value of w as a matrix, as
 * power iteration estimates it (torch.nn.utils.spectral_norm; Miyato et al., 2018). w itself is trained, and saved as
 * `weight_orig`; the estimates of the singular vectors are buffers, `weight_u` and `weight_v`, which change at each forward
 * in training mode only.
 *
 *     const layer = nn.utils.spectralNorm(new nn.Linear(20, 40));
 *
 * @returns The module.
 * @throws RangeError if there is no such parameter or dim, or it is computed already.
 */
export function spectralNorm<M extends Module>(module: M, options: SpectralNormOptions = {}): M {
  const { name = 'weight', nPowerIterations = 1, eps = 1e-12 } = options;
  const weight = parameterToReplace(KIND, module, name);
  const rows = options.dim ?? (isTransposed(module) ? 1 : 0);
  checkSize(KIND, 'nPowerIterations', nPowerIterations, 1);
  checkNumber(KIND, 'eps', eps);
  checkInteger(KIND, 'dim', rows);
  if (rows < -weight.ndim || rows >= weight.ndim) {
    throw new RangeError(`${KIND}: dim ${rows} is out of range for '${name}' of ${weight.ndim} dims`);
  }
  const unit = (x: Tensor): Tensor => normalize(x, { dim: 0, eps });
  const compute = (of: Module, iterations: number): Tensor => {
    const original = fieldOf(of, `${name}_orig`) as Tensor;
    let [u, v] = [fieldOf(of, `${name}_u`) as Tensor, fieldOf(of, `${name}_v`) as Tensor];
    const matrix = asMatrix(original, rows);
    noGrad(() => {
      for (let i = 0; i < iterations; i++) {
        v.copy_(unit(mv(matrix.t(), u)));
        u.copy_(unit(mv(matrix, v)));
      }
      // The buffers will change again before backward reads what this forward saved.
      if (iterations > 0) [u, v] = [u.clone(), v.clone()];
    });
    return original.div(dot(u, mv(matrix, v)));
  };
  const matrix = noGrad(() => asMatrix(weight, rows));
  const drawn = matrix.shape.map((n) => unit(zeros([n], { dtype: weight.dtype }).normal_(0, 1)));
  setField(module, name, undefined);
  module.registerParameter(`${name}_orig`, weight);
  setField(module, name, weight.detach());
  module.registerBuffer(`${name}_u`, drawn[0]);
  module.registerBuffer(`${name}_v`, drawn[1]);
  reparametrise(module, {
    kind: KIND,
    name,
    compute: (of, training = of.training) => compute(of, training ? nPowerIterations : 0),
  });
  return module;
}

/**
 * Makes a parameter one of its own again, with the value that {@link spectralNorm} computed
 * (torch.nn.utils.remove_spectral_norm).
 *
 * @returns The module.
 * @throws RangeError if it was not computed.
 */
export function removeSpectralNorm<M extends Module>(module: M, name = 'weight'): M {
  const { compute } = endReparametrisation(KIND, module, name);
  const value = noGrad(() => compute(module, false));
  restoreParameter(module, name, value, [`${name}_orig`, `${name}_u`, `${name}_v`]);
  return module;
}

function isTransposed(module: Module): boolean {
  return [ConvTranspose1d, ConvTranspose2d, ConvTranspose3d].some((kind) => module instanceof kind);
}

/** A weight as a matrix: one dim as rows, all others as columns. */
function asMatrix(weight: Tensor, rows: number): Tensor {
  const first = rows < 0 ? rows + weight.ndim : rows;
  const others = weight.shape.map((_, d) => d).filter((d) => d !== first);
  return weight.permute([first, ...others]).reshape([weight.shape[first], -1]);
}
