/* A function of a batch against the same function of each of its samples. */
import { narrow, type Tensor } from '@retrograd/core';
import { cutOf, makeOne } from './cuts.ts';
import { invariant, type Invariant } from './invariants.ts';
import { joined, valuesOf } from './program.ts';

/** f of a batch against f of each sample. */
export function perSample(batchDim: number): Invariant {
  return invariant(
    'a batch gives what its samples give',
    'f mixes samples (a statistic over the batch, a transposed dim), or batchDim is another',
    (trial) => {
      const spec = trial.subject.program.leaves.find(
        ({ parameter, shape }) => !parameter && shape.length > 0,
      );
      if (spec === undefined) return undefined;
      const dim = (extent: number): number => (batchDim < 0 ? batchDim + extent : batchDim);
      const n = spec.shape[dim(spec.shape.length)];
      const total = new Float64Array(trial.gradient.length);
      const whole = trial.run();
      for (let b = 0; b < n; b++) {
        const cut = cutOf(trial, (x) => (x.shape[dim(x.ndim)] === n ? narrow(x, dim(x.ndim), b, 1) : x));
        const run = cut.run();
        const values = trial.difference(
          joined(run.ys.map(valuesOf)),
          joined(whole.ys.map((y) => part(y, dim(y.ndim), b))),
          trial.slack,
          String,
        );
        if (values !== null) return `of sample ${b} alone, element ${values}`;
        let start = 0;
        const vs = whole.ys.map((y) => {
          const end = start + y.numel();
          const v = part(
            makeOne({ shape: y.shape, dtype: 'float64' }, trial.v.subarray(start, end)),
            dim(y.ndim),
            b,
          );
          start = end;
          return v;
        });
        cut.scatter(total, trial.pull(run, joined(vs)));
      }
      const found = trial.gradientDifference(total, trial.gradient);
      return found && `with the gradients of all samples put together, ${found}`;
    },
  );
}

function part(y: Tensor, dim: number, from: number): Float64Array {
  return valuesOf(narrow(y.detach(), dim, from, 1));
}
