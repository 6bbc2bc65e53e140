import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tensor, type Tensor } from '@retrograd/core';
import { Adagrad, Adam, lrScheduler, SGD } from '../src/index.ts';
import { fromJson, toJson } from './json.ts';

const { ChainedScheduler, ReduceLROnPlateau, SequentialLR, ...others } = lrScheduler;
const { LRScheduler, ...classes } = others;

// The rates PyTorch's schedulers set in 60 steps; written by scripts/golden/optim_schedulers.py.
interface Case {
  parts: { name: keyof typeof classes | 'ReduceLROnPlateau'; options: Record<string, unknown> }[];
  compose: number[] | 'chained' | null;
  optimizer: 'SGD' | 'Adam';
  jumps: Record<number, number>;
  rates: (number[] | null)[];
  momenta: number[][] | null;
}
interface Golden {
  steps: number;
  rates: number[];
  cases: Case[];
}
const golden = JSON.parse(readFileSync(join(__dirname, 'golden/schedulers.json'), 'utf8')) as Golden;

/** The functions the golden script knows by the same names. */
const functions: Record<string, (x: number) => number> = {
  harmonic: (epoch) => 1 / (1 + epoch),
  alternating: (epoch) => (epoch % 3 === 0 ? 0.5 : 1.25),
  declining: (epoch) => 1 - epoch / 100,
  shrinking: (x) => 1 / (1 + 0.1 * x),
};

function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  return typeof value === 'string' ? (functions[value] ?? value) : value;
}

function metric(step: number): number {
  return 1 / (1 + step) + 0.002 * Math.abs(step - 20) + (step % 7 === 3 ? 0.05 : 0);
}

function parameter(): Tensor {
  return tensor([0], { dtype: 'float64', requiresGrad: true });
}

interface Run {
  readonly optimizer: SGD | Adam;
  readonly scheduler: lrScheduler.Scheduler | lrScheduler.ReduceLROnPlateau;
  advance(step: number): void;
}

function begin({ parts, compose, optimizer: name, jumps }: Case): Run {
  const groups = golden.rates.map((lr) => ({ params: [parameter()], lr }));
  const optimizer = name === 'Adam' ? new Adam(groups) : new SGD(groups, { momentum: 0.9 });
  const options = parts.map((part) =>
    Object.fromEntries(Object.entries(part.options).map(([key, value]) => [key, resolved(value)])),
  );
  if (parts[0].name === 'ReduceLROnPlateau') {
    const scheduler = new ReduceLROnPlateau(optimizer, options[0]);
    return {
      optimizer,
      scheduler,
      advance: (step): void => {
        optimizer.step();
        scheduler.step(metric(step));
      },
    };
  }
  const made = parts.map((part, i) => {
    const Class = classes[part.name as keyof typeof classes];
    return new Class(optimizer, options[i] as never);
  });
  const [first] = made;
  const composed =
    compose === 'chained'
      ? new ChainedScheduler(made)
      : compose !== null && new SequentialLR(optimizer, { schedulers: made, milestones: compose });
  return {
    optimizer,
    scheduler: composed || first,
    advance: (step): void => {
      optimizer.step();
      if (composed) composed.step();
      else first.step(jumps[step]);
    },
  };
}

function ratesOf({ optimizer }: Run): number[] {
  return optimizer.paramGroups.map(({ lr }) => lr);
}

function momentaOf({ optimizer }: Run): number[] {
  return optimizer instanceof Adam
    ? optimizer.paramGroups.map(({ betas }) => betas[0])
    : optimizer.paramGroups.map(({ momentum }) => momentum);
}

function expectClose(values: readonly number[], wanted: readonly number[], what: string): void {
  values.forEach((value, i) => {
    // Rates that fall to nothing are what is left of larger ones.
    if (!(Math.abs(value - wanted[i]) <= 1e-12 * Math.abs(wanted[i]) + 1e-16)) {
      throw new Error(`${what}: group ${i} has ${value}, in PyTorch ${wanted[i]}`);
    }
  });
}

const titled = golden.cases.map((c) => {
  const parts = c.parts.map(({ name, options }) => `${name} ${JSON.stringify(options)}`).join(' + ');
  return [
    `${parts}${c.compose === null ? '' : ` ${JSON.stringify(c.compose)}`} of ${c.optimizer}`,
    c,
  ] as const;
});

describe('Sixty steps of three groups’ rates and momenta equal PyTorch’s', () => {
  it.each(titled)('with %s', (_, c) => {
    const run = begin(c);
    let rates: number[] = [];
    for (let step = 0; step <= golden.steps; step++) {
      if (step > 0) run.advance(step);
      rates = c.rates[step] ?? rates;
      expectClose(ratesOf(run), rates, `step ${step}, rates`);
      expect(run.scheduler.getLastLr()).toEqual(ratesOf(run));
      if (c.momenta !== null) expectClose(momentaOf(run), c.momenta[step], `step ${step}, momenta`);
    }
  });

  it.each(titled)('and are the same, bit for bit, when resumed from text, with %s', (_, c) => {
    const run = begin(c);
    for (let step = 1; step <= 23; step++) run.advance(step);
    const resumed = begin(c);
    resumed.optimizer.loadStateDict(fromJson(toJson(run.optimizer.stateDict())) as never);
    resumed.scheduler.loadStateDict(fromJson(toJson(run.scheduler.stateDict())) as never);
    expect(resumed.scheduler.getLastLr()).toEqual(run.scheduler.getLastLr());
    for (let step = 24; step <= golden.steps; step++) {
      run.advance(step);
      resumed.advance(step);
      expect([ratesOf(resumed), momentaOf(resumed)]).toEqual([ratesOf(run), momentaOf(run)]);
    }
    expect(toJson(resumed.scheduler.stateDict())).toBe(toJson(run.scheduler.stateDict()));
  });

  it('for every scheduler there is', () => {
    const seen = new Set<string>(golden.cases.flatMap((c) => c.parts.map(({ name }) => name)));
    expect([...seen].sort()).toEqual([...Object.keys(classes), 'ReduceLROnPlateau'].sort());
  });
});

describe('A scheduler', () => {
  let warn: jest.SpyInstance;
  beforeEach(() => (warn = jest.spyOn(console, 'warn').mockImplementation(() => {})));
  afterEach(() => warn.mockRestore());

  const sgd = (lr = 1): SGD => new SGD([parameter()], { lr, momentum: 0.5 });

  it('warns, once, when it steps before the optimizer', () => {
    const scheduler = new lrScheduler.StepLR(sgd(), { stepSize: 2 });
    for (let i = 0; i < 3; i++) scheduler.step();
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]).toEqual([
      expect.stringContaining('StepLR: Detected call of `scheduler.step()` before `optimizer.step()`'),
    ]);
  });

  it('does not warn when it steps after the optimizer, or is resumed', () => {
    const optimizer = sgd();
    const scheduler = new lrScheduler.StepLR(optimizer, { stepSize: 2 });
    optimizer.step();
    scheduler.step();
    const resumed = new lrScheduler.StepLR(sgd(), { stepSize: 2 });
    resumed.loadStateDict(scheduler.stateDict());
    resumed.step();
    expect(warn).not.toHaveBeenCalled();
  });

  it('warns though the optimizer had stepped before the scheduler was made', () => {
    const optimizer = sgd();
    optimizer.step();
    new lrScheduler.ExponentialLR(optimizer, { gamma: 0.5 }).step();
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('keeps what the rate was at first in the group, for the next scheduler', () => {
    const optimizer = sgd(0.5);
    new lrScheduler.ConstantLR(optimizer, { factor: 0.1 });
    expect(optimizer.paramGroups[0]).toMatchObject({ lr: 0.05, initialLr: 0.5 });
    expect(new lrScheduler.LambdaLR(optimizer, { lrLambda: () => 1 }).baseLrs).toEqual([0.5]);
    expect(optimizer.paramGroups[0].lr).toBe(0.5);
  });

  it('goes on from a last epoch with an optimizer that has been scheduled before', () => {
    const optimizer = sgd(1);
    expect(() => new lrScheduler.CosineAnnealingLR(optimizer, { tMax: 8, lastEpoch: 3 })).toThrow(
      "CosineAnnealingLR: param 'initialLr' is not specified in paramGroups[0] when resuming an optimizer",
    );
    const straight = new lrScheduler.CosineAnnealingLR(optimizer, { tMax: 8 });
    for (let i = 0; i < 4; i++) {
      optimizer.step();
      straight.step();
    }
    const [rate] = straight.getLastLr();
    const late = new lrScheduler.CosineAnnealingLR(optimizer, { tMax: 8, lastEpoch: 3 });
    expect(late.lastEpoch).toBe(4);
    expect(late.getLastLr()[0]).toBeCloseTo(rate, 14);
  });

  it('takes groups in that come later, from their own rate', () => {
    const optimizer = sgd(1);
    const schedulers = [
      new lrScheduler.ExponentialLR(optimizer, { gamma: 0.5 }),
      new lrScheduler.OneCycleLR(sgd(), { maxLr: 1, totalSteps: 9 }),
      new lrScheduler.CyclicLR(sgd(), { baseLr: 1, maxLr: 2 }),
      new lrScheduler.LambdaLR(sgd(), { lrLambda: [(): number => 3] }),
    ];
    for (const scheduler of schedulers) {
      scheduler.optimizer.addParamGroup({ params: parameter(), lr: 8 });
      scheduler.optimizer.step();
      scheduler.step();
    }
    // The others have a list of values for the groups there were.
    expect(schedulers.map((scheduler) => scheduler.getLastLr()[1])).toEqual([4, 8, 8, 8]);
  });

  it('can be one of one’s own', () => {
    class HarmonicLR extends LRScheduler {
      constructor(optimizer: lrScheduler.ScheduledOptimizer) {
        super(optimizer, { lastEpoch: -1 });
      }
      protected nextLr(lr: number, epoch: number): number {
        return epoch === 0 ? lr : (lr * epoch) / (epoch + 1);
      }
    }
    const optimizer = sgd(1);
    const scheduler = new HarmonicLR(optimizer);
    for (let i = 0; i < 3; i++) {
      optimizer.step();
      scheduler.step();
    }
    expect(scheduler.getLastLr()[0]).toBeCloseTo(1 / 4, 14);
  });

  it('starts from a factor of 0, where PyTorch divides by it', () => {
    const optimizer = sgd(0.6);
    const warmUp = new lrScheduler.LinearLR(optimizer, { startFactor: 0, totalIters: 3 });
    const rates = [1, 2, 3, 4].map(() => {
      optimizer.step();
      warmUp.step();
      return warmUp.getLastLr()[0];
    });
    [0.2, 0.4, 0.6, 0.6].forEach((rate, i) => expect(rates[i]).toBeCloseTo(rate, 14));
    const later = sgd(0.6);
    const constant = new lrScheduler.ConstantLR(later, { factor: 0, totalIters: 1 });
    later.step();
    expect(constant.getLastLr()).toEqual([0]);
    constant.step();
    expect(constant.getLastLr()).toEqual([0.6]);
  });

  it('of a cycle takes no more steps than there are, and stays as it was', () => {
    const optimizer = sgd();
    const scheduler = new lrScheduler.OneCycleLR(optimizer, { maxLr: 1, totalSteps: 2 });
    for (let i = 0; i < 2; i++) {
      optimizer.step();
      scheduler.step();
    }
    const before = [scheduler.stateDict(), { ...optimizer.paramGroups[0] }];
    expect(() => scheduler.step()).toThrow('Tried to step 4 times. The specified number of total steps is 2');
    expect([scheduler.stateDict(), optimizer.paramGroups[0]]).toEqual(before);
  });

  it('that reduces on a plateau takes the loss itself, and does not count NaN as an improvement', () => {
    const optimizer = sgd(1);
    const scheduler = new ReduceLROnPlateau(optimizer, { patience: 0, factor: 0.5 });
    scheduler.step(tensor(3));
    expect(scheduler.best).toBe(3);
    scheduler.step(NaN);
    expect([scheduler.best, ...scheduler.getLastLr()]).toEqual([3, 0.5]);
  });

  it('saves its options, but no functions', () => {
    const scheduler = new lrScheduler.LambdaLR(sgd(2), { lrLambda: () => 0.5 });
    expect(scheduler.stateDict()).toEqual({ lastEpoch: 0, stepCount: 1, baseLrs: [2], lastLr: [1] });
    expect(new lrScheduler.StepLR(sgd(2), { stepSize: 3 }).stateDict()).toMatchObject({
      stepSize: 3,
      gamma: 0.1,
    });
  });

  it('refuses states that are none, and keeps the one it has', () => {
    const optimizer = sgd();
    const make = (): lrScheduler.LRScheduler => new lrScheduler.StepLR(optimizer, { stepSize: 3 });
    const [first, second] = [make(), make()];
    const sequence = new SequentialLR(optimizer, { schedulers: [first, second], milestones: [4] });
    const state = sequence.stateDict();
    const wrong = { ...state, lastEpoch: 9, schedulers: [{ ...state.schedulers[0], lastEpoch: 7 }, {}] };
    expect(() => sequence.loadStateDict(wrong)).toThrow(
      'StepLR: loadStateDict: not the state of a scheduler',
    );
    expect(() => sequence.loadStateDict({ ...state, schedulers: [] })).toThrow(
      '0 schedulers, but there are 2',
    );
    expect(sequence.stateDict()).toEqual(state);
    const plateau = new ReduceLROnPlateau(optimizer);
    expect(() => plateau.loadStateDict({} as never)).toThrow('not the state of a ReduceLROnPlateau');
  });

  const o = sgd();
  const s = lrScheduler;
  it.each([
    ['no optimizer', (): unknown => new s.StepLR(3 as never, { stepSize: 1 }), 'number is not an Optimizer'],
    [
      'a step size of 0',
      (): unknown => new s.StepLR(o, { stepSize: 0 }),
      'Expected positive integer stepSize',
    ],
    ['no step size', (): unknown => new s.StepLR(o, {} as never), "StepLR: option 'stepSize' is required"],
    ['unknown options', (): unknown => new s.StepLR(o, { step_size: 1 } as never), "option 'step_size'"],
    [
      'a factor over 1',
      (): unknown => new s.ConstantLR(o, { factor: 2 }),
      'Constant multiplicative factor expected to be between 0 and 1',
    ],
    [
      'a start over 1',
      (): unknown => new s.LinearLR(o, { startFactor: 2 }),
      'Starting multiplicative factor expected to be between 0 and 1',
    ],
    [
      'an end below 0',
      (): unknown => new s.LinearLR(o, { endFactor: -1 }),
      'Ending multiplicative factor expected to be between 0 and 1',
    ],
    [
      'too few functions',
      (): unknown => new s.LambdaLR(o, { lrLambda: [] }),
      'LambdaLR: Expected 1 lrLambdas, but got 0',
    ],
    [
      'a first cycle of no length',
      (): unknown => new s.CosineAnnealingWarmRestarts(o, { t0: 0 }),
      'Expected positive integer t0, but got 0',
    ],
    [
      'cycles that shrink',
      (): unknown => new s.CosineAnnealingWarmRestarts(o, { t0: 2, tMult: 0.5 }),
      'Expected positive integer tMult, but got 0.5',
    ],
    [
      'negative epochs',
      (): unknown => new s.CosineAnnealingWarmRestarts(o, { t0: 2 }).step(-1),
      'Expected non-negative epoch, but got -1',
    ],
    [
      'a cycle of unknown length',
      (): unknown => new s.OneCycleLR(o, { maxLr: 1, epochs: 3 }),
      'You must define either totalSteps OR (epochs AND stepsPerEpoch)',
    ],
    [
      'a rise longer than all',
      (): unknown => new s.OneCycleLR(o, { maxLr: 1, totalSteps: 3, pctStart: 2 }),
      'Expected float between 0 and 1 pctStart, but got 2',
    ],
    [
      'another way to anneal',
      (): unknown => new s.OneCycleLR(o, { maxLr: 1, totalSteps: 3, annealStrategy: 'cosine' as never }),
      "annealStrategy must be one of 'cos' or 'linear', instead got cosine",
    ],
    [
      'lists for other groups',
      (): unknown => new s.OneCycleLR(o, { maxLr: [1, 2], totalSteps: 3 }),
      'expected 1 values for maxLr, got 2',
    ],
    [
      'momentum where there is none',
      (): unknown => new s.CyclicLR(new Adagrad([parameter()]), { baseLr: 1, maxLr: 2 }),
      'optimizer must support momentum with `cycleMomentum` option enabled',
    ],
    [
      'unknown modes',
      (): unknown => new s.CyclicLR(o, { baseLr: 1, maxLr: 2, mode: 'round' as never }),
      'mode is invalid and scaleFn is null',
    ],
    ['factors from 1 on', (): unknown => new s.ReduceLROnPlateau(o, { factor: 1 }), 'Factor should be < 1.0'],
    [
      'modes other than min and max',
      (): unknown => new s.ReduceLROnPlateau(o, { mode: 'low' as never }),
      'mode low is unknown',
    ],
    ['no quantity', (): unknown => new s.ReduceLROnPlateau(o).step(undefined as never), 'but got undefined'],
    [
      'milestones that do not fit',
      (): unknown => new s.SequentialLR(o, { schedulers: [new s.LinearLR(o)], milestones: [2] }),
      'got number of schedulers 1 and the number of milestones to be equal to 1',
    ],
    [
      'schedulers of another optimizer',
      (): unknown =>
        new s.SequentialLR(o, { schedulers: [new s.LinearLR(o), new s.LinearLR(sgd())], milestones: [2] }),
      'schedulers at index 1 to be different than the optimizer passed in',
    ],
    [
      'chains over two optimizers',
      (): unknown => new s.ChainedScheduler([new s.LinearLR(o), new s.LinearLR(sgd())]),
      'schedulers at index 0 and 1 to be different',
    ],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
