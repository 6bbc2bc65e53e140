import { noGrad, norm, type Tensor } from '@retrograd/core';
import { checkInteger } from '../checks.ts';
import type { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import {
  endReparametrisation, fieldOf, parameterToReplace, reparametrise, restoreParameter, setField,
} from './reparametrisation.ts'; // prettier-ignore

/** Options of {@link weightNorm}. */
export interface WeightNormOptions {
  /** The field of the parameter. Default 'weight'. */
  readonly name?: string;
  /** The dim along which there is a magnitude each; null (or −1, as in PyTorch) for one in all. Default 0. */
  readonly dim?: number | null;
}

const KIND = 'weightNorm';

/**
 * Has a parameter w computed as g·v / ‖v‖ before every forward, from a magnitude and a direction that are trained in its
 * place (torch.nn.utils.weight_norm; Salimans & Kingma, 2016). They are saved as `weight_g` and `weight_v`.
 *
 *     const layer = nn.utils.weightNorm(new nn.Linear(20, 40)); // layer's parameters: bias, weight_g [40, 1], weight_v [40, 20]
 *
 * @returns The module.
 * @throws RangeError if there is no such parameter or dim, or it is computed already.
 */
export function weightNorm<M extends Module>(
  module: M,
  { name = 'weight', dim = 0 }: WeightNormOptions = {},
): M {
  const weight = parameterToReplace(KIND, module, name);
  const along = dim === null ? -1 : dim;
  checkInteger(KIND, 'dim', along);
  if (along < -1 || along >= weight.ndim) {
    throw new RangeError(`${KIND}: dim ${along} is out of range for '${name}' of ${weight.ndim} dims`);
  }
  const compute = (of: Module): Tensor => {
    const [g, v] = [fieldOf(of, `${name}_g`) as Tensor, fieldOf(of, `${name}_v`) as Tensor];
    return v.mul(g.div(magnitude(v, along)));
  };
  setField(module, name, undefined);
  module.registerParameter(`${name}_g`, new Parameter(noGrad(() => magnitude(weight, along))));
  module.registerParameter(`${name}_v`, new Parameter(weight.detach()));
  setField(module, name, compute(module));
  reparametrise(module, { kind: KIND, name, compute });
  return module;
}

/**
 * Makes a parameter one of its own again, with the value that {@link weightNorm} computed
 * (torch.nn.utils.remove_weight_norm).
 *
 * @returns The module.
 * @throws RangeError if it was not computed.
 */
export function removeWeightNorm<M extends Module>(module: M, name = 'weight'): M {
  const { compute } = endReparametrisation(KIND, module, name);
  const value = noGrad(() => compute(module));
  restoreParameter(module, name, value, [`${name}_g`, `${name}_v`]);
  return module;
}

/** ‖v‖ over all dims but one, with extents of 1 in their place; over all, 0-d, for −1. */
function magnitude(v: Tensor, dim: number): Tensor {
  if (dim === -1) return norm(v);
  const others = v.shape.map((_, d) => d).filter((d) => d !== dim);
  return others.length === 0 ? v.abs() : norm(v, 2, others, { keepdim: true });
}
