/* The worked examples of examples/backpropagation print what they should, and docs/backpropagation.md what they print. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import * as convolution from '../../../examples/backpropagation/convolution.ts';
import * as linear from '../../../examples/backpropagation/linear.ts';
import * as pebbles from '../../../examples/backpropagation/pebbles.ts';
import * as pipeline from '../../../examples/backpropagation/pipeline.ts';
import {
  gpipe,
  oneForwardOneBackward,
  schedulers,
  zeroBubble,
  type Action,
  type Schedule,
} from '../../../examples/backpropagation/pipeline/schedule.ts';
import { busyShares, mostInFlight, timelineOf } from '../../../examples/backpropagation/pipeline/timeline.ts';
import { stageModule } from '../../../examples/backpropagation/pipeline/network.ts';
import { Threads } from '../../../examples/backpropagation/pipeline/threads.ts';
import * as regression from '../../../examples/backpropagation/regression.ts';
import * as tables from '../../../examples/backpropagation/tables.ts';
import * as rg from '../src/index.ts';

/** What the programs print, each run once. */
const outputs = new Map<string, string[]>();

beforeAll(async () => {
  const programs = { regression, linear, tables, convolution, pebbles, pipeline };
  for (const [name, { main }] of Object.entries(programs)) {
    const lines: string[] = [];
    await main((line) => lines.push(line));
    outputs.set(name, lines);
  }
}, 240_000);

const printed = (name: string): string[] => outputs.get(name) ?? [];

/** The words after a label: the figures of a line. */
const after = (name: string, label: string): string[] =>
  printed(name)
    .find((line) => line.startsWith(label))
    ?.slice(label.length)
    .match(/-?\d[\d.]*/g) ?? [];

describe('Example 1, a line through three points', () => {
  test.each([
    ['output ', ['0.9214', '1.1269', '1.3325']],
    ['loss ', ['17.1473']],
    ['dJ/doutput ', ['-1.3857', '-2.5820', '-3.7784']],
    ['gradWeight ', ['-17.8849']],
    ['gradBias ', ['-7.7461']],
    ['after updateParameters(0.02)', ['0.5632', '0.8708']],
    ['       50', ['0.015879', '1.85434', '1.33110']],
    ['      500', ['0.00020752', '1.98335', '1.03785']],
  ])('prints the figures of "%s"', (label, figures) => expect(after('regression', label)).toEqual(figures));

  it('prints the loss every 50 iterations, and it falls', () => {
    const losses = Array.from({ length: 10 }, (_, i) =>
      Number(after('regression', String(50 * (i + 1)).padStart(9))[0]),
    );
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
    expect(new Set(losses).size).toBe(10);
  });
});

describe('Example 2, one Linear(2, 3)', () => {
  test.each([
    ['gradInput ', ['-0.0516', '2.0126']],
    ['gradWeight ', ['4.0000', '5.0000', '8.0000', '10.0000', '12.0000', '15.0000']],
    ['gradBias ', ['1.0000', '2.0000', '3.0000']],
    ['weight ', ['0.0653', '0.4062', '-0.0965', '0.2911', '-0.3480', '-0.1253']],
    ['bias ', ['0.1863', '-0.2035', '-0.1483']],
  ])('prints the figures of "%s"', (label, figures) => expect(after('linear', label)).toEqual(figures));

  it('finds the gradients that the formulas say', () =>
    expect(printed('linear').filter((line) => / is what the formula says$/.test(line))).toHaveLength(3));
});

describe('Example 3, graphs with two paths', () => {
  it('finds the gradients of the tape, of the two paths by hand and of finite differences', () => {
    const verdicts = printed('tables').filter((line) => /: (the same|pass)$/.test(line));
    expect(verdicts).toHaveLength(5);
    expect(printed('tables').join()).not.toContain('DIFFERENT');
  });

  it('refuses a tensor where a table is due', () =>
    expect(printed('tables').join()).toContain('expecting table of 2 inputs'));

  it('adds the gradients of the two paths', () => {
    const [straight, through, sum] = ['over the straight path', 'through the layers', 'gradInput, their sum'].map(
      (label) => after('tables', label).map(Number),
    ); // prettier-ignore
    expect(sum).toHaveLength(4);
    sum.forEach((each, i) => expect(Math.abs(straight[i] + through[i] - each)).toBeLessThan(1.6e-4));
  });
});

describe('Example 4, a convolution from inside', () => {
  it('has 27 × 9 columns at stride 3', () => {
    expect(printed('convolution')[1]).toMatch(/columns = im2col\(image\) +\[27 × 9\]/);
    expect(printed('convolution')[3]).toMatch(/gradColumns = weightᵀ · gradOutput +\[27 × 9\]/);
  });

  it("comes to conv2d's own output and gradients, with overlap, padding and dilation too", () => {
    expect(printed('convolution').filter((line) => line.endsWith("equal to conv2d's"))).toHaveLength(4 * 3);
    expect(printed('convolution').join()).not.toContain("NOT conv2d's");
  });
});

describe('Example 5, the pebble picture', () => {
  const peaks = (): string[] => printed('pebbles').filter((line) => line.startsWith('peak'));

  it('has the peaks of all six layers, of a segment and the input of the other, and of all inputs', () =>
    expect(peaks()).toEqual([
      "peak 48 KiB, 6 layers computed, 48 KiB saved by the tape's tanh lines",
      "peak 32 KiB, 12 layers computed, 0 KiB saved by the tape's tanh lines",
      "peak 48 KiB, 12 layers computed, 0 KiB saved by the tape's tanh lines",
    ]));

  it('counts the bytes of what it shows', () => {
    const rows = printed('pebbles').filter((line) => /[●◐·] /.test(line));
    expect(rows).toHaveLength(13 + 19 + 19);
    for (const row of rows) {
      const alive = row.match(/[●◐]/g)?.length ?? 0;
      expect(row).toContain(` ${8 * alive} KiB`);
    }
  });

  it('takes up one pebble after the other, and leaves none', () => {
    const backwards = printed('pebbles')
      .slice(0, 15)
      .filter((line) => line.includes('backward'));
    expect(backwards.map((line) => line.match(/●/g)?.length ?? 0)).toEqual([5, 4, 3, 2, 1, 0]);
  });

  it('comes to the same gradients', () =>
    expect(printed('pebbles').at(-1)).toBe('the gradients: the same to the last bit'));
});

describe('Example 6, a pipeline', () => {
  it('comes to the same parameters, bit by bit, with every schedule after 20 steps', () => {
    expect(printed('pipeline')[0]).toBe('4 stages, 8 micro-batches, 20 steps');
    const verdicts = printed('pipeline').filter((line) => line.includes('parameters '));
    expect(verdicts).toEqual(Array(3).fill("  parameters equal to the whole network's, to the last bit"));
  });

  it('trains', () => {
    const [first, , last] = after('pipeline', 'the whole network in one thread').map(Number);
    expect(last).toBeLessThan(first);
  });

  it('draws four stages of every schedule, as they should be and as they are measured', () => {
    const charts = printed('pipeline').filter((line) =>
      /^ {2}stage \d .*busy +\d+ %, idle +\d+ %$/.test(line),
    );
    expect(charts).toHaveLength(3 * 2 * 4);
  });

  test.each([
    [{ stages: 0, microBatches: 8, steps: 1 }, 'stages must be a whole number, 1 or more: 0'],
    [{ stages: 4, microBatches: 2.5, steps: 1 }, 'microBatches must be a whole number, 1 or more: 2.5'],
    [{ stages: 4, microBatches: 8, steps: -1 }, 'steps must be a whole number, 1 or more: -1'],
  ])('refuses %j', async (options, message) => {
    await expect(pipeline.main(() => undefined, options)).rejects.toThrow(RangeError);
    await expect(pipeline.main(() => undefined, options)).rejects.toThrow(message);
  });
});

describe('The threads of a pipeline', () => {
  const of = (...shape: number[]): rg.Tensor => rg.zeros(shape);
  const parameters = [0, 1].map(() => stageModule().parameters().map((p) => rg.zerosLike(p.detach()))); // prettier-ignore
  const training = { parameters, inputs: [of(2, 256)], targets: [of(2, 256)] };
  let threads: Threads;
  beforeAll(() => {
    threads = new Threads(2);
  });
  afterAll(() => threads.end());

  it('refuse a schedule for more stages than there are', async () =>
    expect(threads.train(gpipe(3, 1), training, 1)).rejects.toThrow(
      'a schedule for 3 stages, but there are 2',
    ));

  it('refuse a schedule that would wait for ever', async () => {
    const backwards = gpipe(2, 1).map((actions) => [...actions].reverse());
    await expect(threads.train(backwards, training, 1)).rejects.toThrow(
      'waits for ever: stage 0 at backward 0',
    );
  });

  it('say which stage has failed, and why', async () => {
    const mistaken = { ...training, targets: [of(2, 7)] };
    await expect(threads.train(gpipe(2, 1), mistaken, 1)).rejects.toThrow(/^stage 1: .*\[2, 7\]/s);
  });
});

describe('A schedule', () => {
  const counts = [1, 2, 4, 6].flatMap((p) => [1, 3, 4, 8].map((m): [number, number] => [p, m]));
  const lengthOf = (schedule: Schedule): number =>
    Math.max(...timelineOf(schedule).flatMap((spans) => spans.map(({ end }) => end)));

  describe.each(Object.entries(schedulers))('%s', (_, scheduler) => {
    test.each(counts)('of %i stages and %i micro-batches is complete and waits for nothing that never comes', (p, m) => {
      const schedule = scheduler(p, m);
      expect(schedule).toHaveLength(p);
      // Throws for what is missing, double or stuck.
      const done = timelineOf(schedule).map((spans) => spans.reduce((sum, { start, end }) => sum + end - start, 0));
      expect(done).toEqual(Array(p).fill(3 * m));
    }); // prettier-ignore

    test.each(counts)('of %i stages and %i micro-batches adds gradients up in order', (p, m) => {
      for (const actions of scheduler(p, m)) {
        const added = actions.filter(({ verb }) => verb === 'backward' || verb === 'accGradParameters');
        expect(added.map(({ microBatch }) => microBatch)).toEqual(Array.from({ length: m }, (_, i) => i));
      }
    });
  });

  test.each(counts)('of %i stages and %i micro-batches keeps no more than it should', (p, m) => {
    expect(mostInFlight(gpipe(p, m))).toEqual(Array(p).fill(m));
    const stages = Array.from({ length: p }, (_, s) => Math.min(p - s, m));
    expect(mostInFlight(oneForwardOneBackward(p, m))).toEqual(stages);
    expect(Math.max(...mostInFlight(zeroBubble(p, m)))).toBeLessThanOrEqual(Math.min(p, m));
  });

  test.each(counts.filter(([p, m]) => m >= p))('of %i stages and %i micro-batches has its bubble', (p, m) => {
    expect(lengthOf(gpipe(p, m))).toBe(3 * (m + p - 1));
    expect(lengthOf(oneForwardOneBackward(p, m))).toBe(3 * (m + p - 1));
    expect(lengthOf(zeroBubble(p, m))).toBe(3 * m + p - 1);
    const idle = [gpipe, oneForwardOneBackward, zeroBubble].map(
      (scheduler) => 1 - busyShares(timelineOf(scheduler(p, m)))[0],
    );
    expect(idle[0]).toBeCloseTo((p - 1) / (m + p - 1), 12);
    expect(idle[1]).toBeCloseTo(idle[0], 12);
    if (p > 1) expect(idle[2]).toBeLessThan(idle[1]);
  });

  const [F, D, B, W] = (['forward', 'backward', 'updateGradInput', 'accGradParameters'] as const).map(
    (verb): Action => ({ verb, microBatch: 0 }),
  );
  test.each<[string, Schedule, string]>([
    ['goes back before it has gone forward', [[D, F]], 'waits for ever: stage 0 at backward 0'],
    ['lets two stages wait for each other', [[F, B, W], [B, F, W]], 'waits for ever'],
    ['lacks an action', [[F, B]], 'stage 0 lacks accGradParameters 0'],
    ['has an action twice', [[F, D, D]], 'stage 0 has backward 0 more than once'],
    ['has the gradients of the parameters first', [[F, W, B]], 'waits for ever'],
  ])('that %s is refused', (_, schedule, message) => {
    expect(() => timelineOf(schedule)).toThrow(RangeError);
    expect(() => timelineOf(schedule)).toThrow(message);
  }); // prettier-ignore
});

describe('docs/backpropagation.md', () => {
  const page = readFileSync(join(__dirname, '../../../docs/backpropagation.md'), 'utf8');
  const shown = [...page.matchAll(/<!-- output: (\w+) -->\n\n```\n([\s\S]*?)\n```/g)].map(
    ([, name, block]) => [name, block] as const,
  );
  const sections = page
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      title: section.split('\n')[0],
      code: [...section.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code).join('\n'),
    }))
    .filter(({ code }) => code !== '');

  it('shows every example', () => {
    expect(new Set(shown.map(([name]) => name))).toEqual(new Set(outputs.keys()));
    expect(sections).toHaveLength(5);
  });

  it('names every block it shows', () => {
    // Every second fence opens; those that say no language show what is printed.
    const opening = [...page.matchAll(/^```(\w*)$/gm)].filter((_, i) => i % 2 === 0);
    expect(opening.filter(([, language]) => language === '')).toHaveLength(shown.length);
  });

  test.each(shown)('shows what %s prints (%#)', (name, block) => {
    // Whole lines.
    expect(`\n${printed(name).join('\n')}\n`).toContain(`\n${block}\n`);
  });

  test.each(sections)('has code that runs, and prints what its comments say: $title', ({ code }) => {
    const { outputText } = ts.transpileModule(code, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const lines: string[] = [];
    const print = { log: (value: unknown) => void lines.push(String(value).replaceAll(/\s+/g, ' ')) };
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const run = new Function('require', 'exports', 'console', outputText) as (...args: unknown[]) => void;
    run(require, {}, print);
    const expected = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, comment]) => comment);
    expect(lines).toEqual(expected);
    if (!code.includes('checkpoint')) expect(expected.length).toBeGreaterThan(0);
  });
});
