/*
 * `@retrograd/nn/layerwise/jacobian`: the functions of Torch7's nn.Jacobian. They test the verbs of the layerwise protocol
 * against finite differences, by `@retrograd/gradcheck`, which has to be installed beside this package. What is tested is a
 * copy in float64: the module is left as it is.
 */
import { tensor, type Tensor } from '@retrograd/core';
import {
  checkGradient,
  checkJacobian,
  type GradcheckOptions,
  type GradcheckReport,
} from '@retrograd/gradcheck';
import type { Module } from '../module.ts';
import type { Activity } from './activity.ts';
import type { InputOf } from './call.ts';
import type { Criterion } from './criterions.ts';
import {
  filled,
  flat,
  inDouble,
  parametersOf,
  subjectOf,
  units,
  values,
  withStream,
  type Tested,
} from './jacobian/subject.ts';
import type { Layerwise } from './layer.ts';

export { testAllUpdate, testIO, type AgreementOptions } from './jacobian/agreement.ts';
export type { Tested } from './jacobian/subject.ts';

/**
 * Tests `updateGradInput`: the Jacobian of the output by the input, row by row, against differences of `forward`.
 *
 * @param input - The point; Torch7 took its shape alone and filled it with random numbers.
 * @param options - gradcheck's.
 * @throws GradcheckUsageError if the module throws, or the input holds no floating tensor.
 */
export function testJacobian<M extends Module>(
  module: Tested<M>,
  input: InputOf<M>,
  options: GradcheckOptions = {},
): GradcheckReport {
  const subject = subjectOf(module, input as Activity, options);
  const at = (x: Float64Array): Activity => filled(subject.input, x);
  return withStream(() =>
    checkJacobian(
      {
        f: (x: Float64Array) => flat(subject.forward(at(x))),
        jacobian: (x: Float64Array) => {
          const here = at(x);
          const output = subject.forward(here);
          return units(output).map((unit) => flat(subject.layer.updateGradInput(here, unit)));
        },
        at: flat(subject.input),
      },
      { name: `${subject.name}.updateGradInput`, ...options },
    ),
  );
}

/**
 * Tests `accGradParameters`: the Jacobian of the output by the parameters, row by row, against differences of `forward`.
 *
 * @throws TypeError for a module without parameters. GradcheckUsageError if the module throws.
 */
export function testJacobianParameters<M extends Module>(
  module: Tested<M>,
  input: InputOf<M>,
  options: GradcheckOptions = {},
): GradcheckReport {
  return parametersReport(
    module,
    input as Activity,
    options,
    'accGradParameters',
    (_own, _x, dx, accumulate) => {
      dx.zero_();
      accumulate();
      return values(dx);
    },
  );
}

/**
 * Tests `updateParameters`: what it changes for a learning rate of 1 is minus the Jacobian of the output by the
 * parameters, which is compared with differences of `forward`.
 *
 * @throws TypeError for a module without parameters. GradcheckUsageError if the module throws.
 */
export function testJacobianUpdateParameters<M extends Module>(
  module: Tested<M>,
  input: InputOf<M>,
  options: GradcheckOptions = {},
): GradcheckReport {
  return parametersReport(
    module,
    input as Activity,
    options,
    'updateParameters',
    (own, x, _dx, accumulate) => {
      const before = values(x);
      own.zeroGradParameters();
      accumulate();
      own.updateParameters(1);
      return before.map((value, i) => value - x.data[i]);
    },
  );
}

/**
 * Tests a criterion's `backward` against differences of its `forward`.
 *
 * @throws GradcheckUsageError if the criterion throws.
 */
export function testCriterion<I extends Activity, T>(
  criterion: Criterion<I, T>,
  input: I,
  target: T,
  options: GradcheckOptions = {},
): GradcheckReport {
  const point = inDouble(input);
  return checkGradient(
    {
      f: (x: Float64Array) => criterion.forward(filled(point, x) as I, target),
      gradient: (x: Float64Array) => {
        const here = filled(point, x) as I;
        criterion.forward(here, target);
        return flat(criterion.backward(here, target));
      },
      at: flat(point),
    },
    { name: `${criterion.constructor.name}.backward`, ...options },
  );
}

/** A test of what one row of the Jacobian by the parameters is found to be. */
function parametersReport<M extends Module>(
  module: Tested<M>,
  input: Activity,
  options: GradcheckOptions,
  verb: string,
  row: (own: Layerwise, x: Tensor, dx: Tensor, accumulate: () => void) => Float64Array,
): GradcheckReport {
  const subject = subjectOf(module, input, options);
  const [x, dx] = parametersOf(subject);
  const forward = (at: Float64Array): Activity => {
    x.copy_(tensor([...at], { dtype: 'float64' }));
    return subject.forward(subject.input);
  };
  return withStream(() =>
    checkJacobian(
      {
        f: (at: Float64Array) => flat(forward(at)),
        jacobian: (at: Float64Array) =>
          units(forward(at)).map((unit) => {
            forward(at);
            return row(subject.layer, x, dx, () => subject.layer.accGradParameters(subject.input, unit));
          }),
        at: values(x),
      },
      { name: `${subject.name}.${verb}`, ...options },
    ),
  );
}
