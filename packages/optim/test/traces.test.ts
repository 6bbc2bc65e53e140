import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tensor, type Tensor } from '@retrograd/core';
import {
  Adadelta,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  ASGD,
  NAdam,
  RAdam,
  RMSprop,
  Rprop,
  SGD,
  type Optimizer,
  type OptimizerStateDict,
} from '../src/index.ts';
import { fromJson, toJson } from './json.ts';

const classes = { SGD, Adam, AdamW, NAdam, RAdam, Adamax, Adagrad, Adadelta, RMSprop, Rprop, ASGD };

// What PyTorch's optimizers do in 50 steps; written by scripts/golden/optim.py.
type Nested = number | Nested[];
interface Case {
  optimizer: keyof typeof classes;
  options: Record<string, number | boolean | [number, number]>;
  groups: Record<string, number>[] | null;
  values: number[][][];
}
interface Golden {
  at: number[];
  start: Nested[];
  a: Nested[];
  b: Nested[];
  cases: Case[];
}
const golden = JSON.parse(readFileSync(join(__dirname, 'golden/traces.json'), 'utf8')) as Golden;

type AnyOptimizer = Optimizer<{ lr: number }, object>;

function parameters(): Tensor[] {
  return golden.start.map((x) => tensor(x, { dtype: 'float64', requiresGrad: true }));
}

function make({ optimizer, options, groups }: Case, params: Tensor[]): AnyOptimizer {
  const split = groups === null ? params : params.map((p, i) => ({ params: [p], ...groups[i] }));
  return new classes[optimizer](split, options);
}

const A = golden.a.map((x) => elements(tensor(x, { dtype: 'float64' })));
const B = golden.b.map((x) => elements(tensor(x, { dtype: 'float64' })));

function elements(x: Tensor): number[] {
  return Array.from(x.detach().contiguous().data);
}

/** One step with the gradient the golden script uses; the second parameter has one every third step only. */
function advance(optimizer: AnyOptimizer, params: Tensor[], step: number): void {
  params.forEach((p, i) => {
    const g = elements(p).map((x, k) => (A[i][k] * x) / (1 + x * x) - B[i][k]);
    const present = i === 0 || step % 3 === 1;
    p.grad = present ? tensor(g, { dtype: 'float64' }).to(p.dtype).reshape(p.shape) : null;
  });
  optimizer.step();
  if (step === 25) for (const group of optimizer.paramGroups) group.lr *= 0.5;
}

function expectTrace(params: Tensor[], values: number[][], rtol: number, message: string): void {
  params.forEach((p, i) => {
    elements(p).forEach((x, k) => {
      const wanted = values[i][k];
      if (Math.abs(x - wanted) > rtol * Math.abs(wanted)) {
        throw new Error(`${message}: parameter ${i}[${k}] is ${x}, PyTorch has ${wanted}`);
      }
    });
  });
}

function title({ optimizer, options, groups }: Case): string {
  return `${optimizer} ${JSON.stringify(options)}${groups === null ? '' : ` in groups ${JSON.stringify(groups)}`}`;
}

describe('Fifty float64 steps equal PyTorch’s', () => {
  it.each(golden.cases.map((c) => [title(c), c] as const))('with %s', (_, c) => {
    const params = parameters();
    const optimizer = make(c, params);
    for (let step = 1; step <= 50; step++) {
      advance(optimizer, params, step);
      const at = golden.at.indexOf(step);
      if (at >= 0) expectTrace(params, c.values[at], 1e-12, `step ${step}`);
    }
  });
});

describe('A trace is the same', () => {
  const some = golden.cases.filter((c, i) => i % 4 === 0 || c.groups !== null);

  it.each(some.map((c) => [title(c), c] as const))(
    'when resumed from a saved state, bit for bit, with %s',
    (_, c) => {
      const params = parameters();
      const optimizer = make(c, params);
      for (let step = 1; step <= 20; step++) advance(optimizer, params, step);
      const resumed = params.map((p) => tensor(p, { requiresGrad: true }));
      const other = make(c, resumed);
      for (const group of other.paramGroups) group.lr = 17;
      other.loadStateDict(optimizer.stateDict());
      for (let step = 21; step <= 50; step++) {
        advance(optimizer, params, step);
        advance(other, resumed, step);
      }
      expect(resumed.map(elements)).toEqual(params.map(elements));
    },
  );

  it.each(some.map((c) => [title(c), c] as const))(
    'when resumed in float32 from a state that was text in between, bit for bit, with %s',
    (_, c) => {
      const params = parameters().map((p) => p.detach().to('float32').requiresGrad_());
      const optimizer = make(c, params);
      for (let step = 1; step <= 20; step++) advance(optimizer, params, step);
      const resumed = params.map((p) => tensor(p, { requiresGrad: true }));
      const other = make(c, resumed);
      other.loadStateDict(
        fromJson(toJson(optimizer.stateDict())) as OptimizerStateDict<{ lr: number }, object>,
      );
      for (let step = 21; step <= 50; step++) {
        advance(optimizer, params, step);
        advance(other, resumed, step);
      }
      expect(resumed.map(elements)).toEqual(params.map(elements));
      expect(toJson(other.stateDict())).toBe(toJson(optimizer.stateDict()));
    },
  );

  it.each(some.map((c) => [title(c), c] as const))(
    'when parameters and gradients are not contiguous, with %s',
    (_, c) => {
      const plain = parameters();
      const plainOptimizer = make(c, plain);
      const transposed = plain.map((p) => transposedCopy(p).requiresGrad_());
      const optimizer = make(c, transposed);
      for (let step = 1; step <= 5; step++) {
        advance(plainOptimizer, plain, step);
        plain.forEach((p, i) => (transposed[i].grad = p.grad && transposedCopy(p.grad)));
        optimizer.step();
      }
      expect(transposed[0].isContiguous()).toBe(false);
      expect(transposed.map(elements)).toEqual(plain.map(elements));
    },
  );

  // Rprop turns round where a sign changes, which a rounding may bring about.
  const smooth = some.filter((c) => c.optimizer !== 'Rprop');
  it.each(smooth.map((c) => [title(c), c] as const))('in float32 to single precision, with %s', (_, c) => {
    const params = parameters().map((p) => p.detach().to('float32').requiresGrad_());
    const optimizer = make(c, params);
    for (let step = 1; step <= 50; step++) advance(optimizer, params, step);
    params.forEach((p, i) => {
      elements(p).forEach((x, k) => expect(x).toBeCloseTo(c.values[golden.at.length - 1][i][k], 4));
    });
  });
});

/** The same elements in the same shape, laid out column by column. */
function transposedCopy(x: Tensor): Tensor {
  const rows = x.detach().contiguous();
  if (x.ndim < 2) return rows.clone();
  return rows.transpose(0, 1).contiguous().transpose(0, 1);
}
