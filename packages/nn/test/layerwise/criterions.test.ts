import { Generator, randn, tensor, type Tensor } from '@retrograd/core';
import {
  AbsCriterion, BCECriterion, ClassNLLCriterion, CrossEntropyCriterion, MSECriterion, MultiCriterion, ParallelCriterion,
  SmoothL1Criterion, type Activity, type Criterion,
} from '../../src/layerwise/index.ts'; // prettier-ignore
import { testCriterion } from '../../src/layerwise/jacobian.ts';

const generator = new Generator(29);
const normal = (...shape: number[]): Tensor => randn(shape, { generator, dtype: 'float64' });
const { abs, log } = Math;

const [x, y] = [normal(3, 4), normal(3, 4).mul(2)];
const labels = tensor([2, 0, 3], { dtype: 'int32' });
const weights = tensor([1, 2, 3, 4], { dtype: 'float64' });
const scores = normal(3, 4);
const logProbabilities = scores.logSoftmax(1);
const probabilities = normal(3, 4).sigmoid();
const targets = normal(3, 4).sigmoid();

const sum = (a: Tensor, b: Tensor, f: (a: number, b: number) => number): number =>
  Array.from(a.data).reduce((total, value, i) => total + f(value, b.data[i]), 0);
const squares = sum(x, y, (a, b) => (a - b) ** 2);
const smooth = (d: number): number => (abs(d) < 1 ? 0.5 * d * d : abs(d) - 0.5);
const entropy = (p: number, t: number): number => -(t * log(p) + (1 - t) * log(1 - p));
const chosen = [2, 0, 3].map((label, row) => -logProbabilities.index([row, label]).item());
const weighted = 3 * chosen[0] + chosen[1] + 4 * chosen[2];

interface Case {
  readonly criterion: Criterion<Activity, unknown>;
  readonly input: Activity;
  readonly target: unknown;
  readonly loss: number;
}

const both = new ParallelCriterion().add(new MSECriterion(), 0.5).add(new ClassNLLCriterion());
const cases: Record<string, Case> = {
  MSECriterion: { criterion: new MSECriterion(), input: x, target: y, loss: squares / 12 },
  'MSECriterion, summed': {
    criterion: new MSECriterion({ sizeAverage: false }),
    input: x,
    target: y,
    loss: squares,
  },
  AbsCriterion: {
    criterion: new AbsCriterion(),
    input: x,
    target: y,
    loss: sum(x, y, (a, b) => abs(a - b)) / 12,
  },
  SmoothL1Criterion: {
    criterion: new SmoothL1Criterion({ sizeAverage: false }),
    input: x,
    target: y,
    loss: sum(x, y, (a, b) => smooth(a - b)),
  },
  BCECriterion: {
    criterion: new BCECriterion(),
    input: probabilities,
    target: targets,
    loss: sum(probabilities, targets, entropy) / 12,
  },
  'BCECriterion, weighted': {
    criterion: new BCECriterion({ weights: weights.mul(0).add(2), sizeAverage: false }),
    input: probabilities,
    target: targets,
    loss: 2 * sum(probabilities, targets, entropy),
  },
  ClassNLLCriterion: {
    criterion: new ClassNLLCriterion(),
    input: logProbabilities,
    target: labels,
    loss: chosen.reduce((a, b) => a + b) / 3,
  },
  'ClassNLLCriterion of one sample': {
    criterion: new ClassNLLCriterion(),
    input: logProbabilities.select(0, 1),
    target: 0,
    loss: chosen[1],
  },
  'ClassNLLCriterion, weighted': {
    criterion: new ClassNLLCriterion({ weights }),
    input: logProbabilities,
    target: labels,
    loss: weighted / 8,
  },
  CrossEntropyCriterion: {
    criterion: new CrossEntropyCriterion({ weights, sizeAverage: false }),
    input: scores,
    target: labels,
    loss: weighted,
  },
  MultiCriterion: {
    criterion: new MultiCriterion().add(new MSECriterion()).add(new AbsCriterion({ sizeAverage: false }), 2),
    input: x,
    target: y,
    loss: squares / 12 + 2 * sum(x, y, (a, b) => abs(a - b)),
  },
  ParallelCriterion: {
    criterion: both,
    input: [x, logProbabilities],
    target: [y, labels],
    loss: squares / 24 + chosen.reduce((a, b) => a + b) / 3,
  },
  'ParallelCriterion, repeating the target': {
    criterion: new ParallelCriterion({ repeatTarget: true })
      .add(new MSECriterion())
      .add(new MSECriterion(), 3),
    input: [x, x.neg()],
    target: y,
    loss: squares / 12 + sum(x, y, (a, b) => (a + b) ** 2) / 4,
  },
};

describe.each(Object.entries(cases))('%s', (_, { criterion, input, target, loss }) => {
  it('gives the loss as a number', () => {
    expect(criterion.forward(input, target)).toBeCloseTo(loss, 12);
    expect(criterion.output).toBeCloseTo(loss, 12);
  });

  it('has the gradient that differences show, in the structure of the input', () => {
    expect(testCriterion(criterion, input, target)).toMatchObject({ verdict: 'pass' });
    criterion.forward(input, target);
    const shapes = (a: Activity): unknown => ('shape' in a ? a.shape : a.map(shapes));
    expect(shapes(criterion.backward(input, target))).toEqual(shapes(input));
  });
});

test('the loss can be put on the tape', () => {
  const leaf = x.clone().requiresGrad_();
  const criterion = new MSECriterion();
  criterion.loss(leaf, y).backward();
  criterion.forward(x, y);
  expect(leaf.grad?.toArray()).toEqual(criterion.backward(x, y).toArray());
});

test('sizeAverage may be changed', () => {
  const criterion = new MSECriterion();
  criterion.sizeAverage = false;
  expect(criterion.updateOutput(x, y)).toBeCloseTo(squares, 12);
  expect(criterion.updateGradInput(x, y).toArray()).toEqual(x.sub(y).mul(2).toArray());
});

test('an output [n, 1] is is compared with a target [n] element by element, and the other way round', () => {
  const [column, row] = [x.reshape([-1, 1]), y.reshape([-1])];
  for (const make of [MSECriterion, AbsCriterion, SmoothL1Criterion]) {
    const criterion = new make();
    expect(criterion.forward(column, row)).toBeCloseTo(new make().forward(x, y), 12);
    expect(criterion.backward(column, row).shape).toEqual(column.shape);
    expect(new make().forward(row, column)).toBeCloseTo(new make().forward(x, y), 12);
  }
});

test('the label of one sample may be a tensor [1]', () => {
  const sample = logProbabilities.select(0, 1);
  const criterion = new ClassNLLCriterion();
  const label = tensor([2], { dtype: 'int32' });
  expect(criterion.forward(sample, label)).toBe(new ClassNLLCriterion().forward(sample, 2));
  expect(criterion.backward(sample, label).shape).toEqual(sample.shape);
});

describe('Misuse is refused', () => {
  it('backward before forward, or with another input or target', () => {
    const criterion = new MSECriterion();
    expect(() => criterion.backward(x, y)).toThrow('MSECriterion.backward: backward before forward');
    criterion.forward(x, y);
    expect(() => criterion.backward(y, y)).toThrow('the input is not the one of the last forward');
    expect(() => criterion.backward(x, x)).toThrow('the target is not the one of the last forward');
    expect(() => criterion.backward(x, y.clone())).toThrow('Call forward with this target first');
    const changed = y.clone();
    criterion.forward(x, changed);
    changed.add_(1);
    expect(() => criterion.backward(x, changed)).toThrow(
      'the target has been modified by an inplace operation',
    );
    criterion.forward(x, y);
    criterion.clearState();
    expect(() => criterion.backward(x, y)).toThrow('backward before forward');
    const nll = new ClassNLLCriterion();
    nll.forward(logProbabilities.select(0, 1), 0);
    expect(() => nll.backward(logProbabilities.select(0, 1), 1)).toThrow('1 where 0 was');
  });

  it('arguments by position, as Torch7 had them', () => {
    expect(() => new MSECriterion(false as never)).toThrow(
      new TypeError('MSECriterion: expected an object of options, got false'),
    );
    expect(() => new ClassNLLCriterion(weights as never)).toThrow(
      'ClassNLLCriterion: expected an object of options, got a tensor',
    );
    expect(() => new ParallelCriterion(true as never)).toThrow('ParallelCriterion: expected an object');
    expect(() => new AbsCriterion({ sizeAverage: 0 as never })).toThrow('sizeAverage must be a boolean');
    expect(() => new ParallelCriterion({ repeatTarget: 1 as never })).toThrow(
      'repeatTarget must be a boolean',
    );
  });

  it('what does not fit together', () => {
    expect(() => new MSECriterion().forward(x, y.narrow(0, 0, 1))).toThrow(
      'MSECriterion: input and target must have the same shape',
    );
    expect(() => new AbsCriterion().forward(x, x.t())).toThrow('AbsCriterion: input and target must have');
    expect(() => new ClassNLLCriterion().forward(logProbabilities.select(0, 1), 0.5)).toThrow(
      'ClassNLLCriterion: target must be an integer, got 0.5',
    );
    expect(() => both.forward([x], [y, labels])).toThrow('ParallelCriterion: Got 1 inputs instead of 2');
    expect(() => both.forward([x, logProbabilities], y)).toThrow('expecting table of 2 targets');
    expect(() => both.forward([x, logProbabilities], [labels, y])).toThrow('criterion of ParallelCriterion');
    expect(() => new MultiCriterion().forward(x, y)).toThrow('there are no criterions');
    expect(() => new MultiCriterion().add({} as never)).toThrow('expected a criterion, got object');
    expect(() => new MultiCriterion().add(new MSECriterion(), NaN)).toThrow('weight must be a number');
  });
});
