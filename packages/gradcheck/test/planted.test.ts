/* The suite that tests the tester: functions with wrong gradients, each of which has to be caught. */
import type { Nested } from '../src/options.ts';
import { gradcheck } from '../src/index.ts';
import type { GradcheckReport } from '../src/report.ts';
import { centralDifferences, torchGradcheck } from './planted/baselines.ts';
import type { Checked, PlantedBug } from './planted/bug.ts';
import { plantedBugs } from './planted/index.ts';

type Algorithm = (f: Checked, inputs: readonly Nested[]) => string | null;

/** Whether an algorithm complains; whatever throws has noticed something. */
const complains = (algorithm: Algorithm, f: Checked, inputs: readonly Nested[]): boolean => {
  try {
    return algorithm(f, inputs) !== null;
  } catch {
    return true;
  }
};

/** It complains of the wrong function, and not of the right one just as well. */
const tells = (algorithm: Algorithm, { make, right, inputs }: PlantedBug): boolean =>
  complains(algorithm, make(), inputs()) && !(right !== null && complains(algorithm, right, inputs()));

interface Row {
  readonly bug: string;
  readonly finding: string;
  readonly byHand: boolean;
  readonly torch: boolean;
}
const table: Row[] = [];

/** What is found must not be luck. `GRADCHECK_SEEDS` says by how many seeds in all. */
const otherSeeds = Array.from({ length: Number(process.env['GRADCHECK_SEEDS'] ?? 3) - 1 }, (_, i) => i + 1);

const summary = ({ verdict, failures }: GradcheckReport): string => {
  const [worst] = failures;
  if (verdict !== 'fail') return verdict.toUpperCase();
  if (worst.kind === 'invariant') return worst.invariant;
  if (worst.kind === 'kink') return 'kink';
  const { order, diagnosis } = worst;
  const words = `gradient${order > 1 ? `, order ${order}` : ''}${diagnosis.length > 0 ? `: ${diagnosis[0]}` : ''}`;
  return words.length > 64 ? `${words.slice(0, 63)}…` : words;
};

const wordsOf = ({ failures }: GradcheckReport): string =>
  failures.map((one) => (one.kind === 'gradient' ? one.diagnosis.join('; ') : one.message)).join('; ');

for (const [family, bugs] of Object.entries(plantedBugs)) {
  describe(family, () => {
    for (const [name, bug] of Object.entries(bugs)) {
      const { make, right, inputs, large = false } = bug;
      const options = { name, ...bug.options };

      test(`${name} is caught`, () => {
        const report = gradcheck(make(), inputs(), options);
        table.push({
          bug: name,
          finding: summary(report),
          byHand: tells(centralDifferences, bug),
          torch: tells((f, at) => torchGradcheck(f, at, { order: options.order, fast: large }), bug),
        });
        expect(report.verdict).toBe('fail');
        if (bug.by) expect(bug.by).toContain(report.failures[0].kind);
        if (bug.says) expect(wordsOf(report)).toMatch(bug.says);
      });

      test(`${name} is caught by other seeds too`, () => {
        const missed = otherSeeds.filter(
          (seed) => gradcheck(make(), inputs(), { ...options, seed }).verdict !== 'fail',
        );
        expect(missed).toEqual([]);
      });

      if (right === null) continue;
      test(`${name}: the right rule passes`, () => {
        for (const seed of [0, ...otherSeeds]) {
          const report = gradcheck(right, inputs(), { ...options, seed });
          if (report.verdict === 'fail') throw new Error(`seed ${seed}\n${String(report)}`);
        }
      });
    }
  });
}

afterAll(() => {
  const mark = (is: boolean): string => (is ? 'caught' : '-');
  const total = (has: (row: Row) => boolean): string => String(table.filter(has).length);
  const lines = [
    ['planted bug', 'gradcheck', 'by hand', 'PyTorch'],
    ...table.map(({ bug, finding, byHand, torch }) => [bug, finding, mark(byHand), mark(torch)]),
    [
      `caught, of ${table.length}`,
      total(({ finding }) => !/^(PASS|INCONCLUSIVE)$/.test(finding)),
      total((row) => row.byHand),
      total((row) => row.torch),
    ],
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column].length)));
  const text = lines
    .map((line) => line.map((cell, i) => (i < 3 ? cell.padEnd(widths[i] + 2) : cell)).join(''))
    .join('\n');
  process.stdout.write(`\n${text}\n`);
});
