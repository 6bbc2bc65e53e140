import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runGolden, type GoldenCase } from './golden-case.ts';

const directory = join(__dirname, 'golden', 'ops');
const families = readdirSync(directory).filter((name) => name.endsWith('.json'));

describe.each(families)('as PyTorch computes it: %s', (family) => {
  const cases = JSON.parse(readFileSync(join(directory, family), 'utf8')) as GoldenCase[];
  const counts = new Map<string, number>();
  for (const [i, golden] of cases.entries()) {
    const count = (counts.get(golden.fn) ?? 0) + 1;
    counts.set(golden.fn, count);
    // A third of the calls go through the method of the same name.
    test(`${golden.fn} #${count} ${golden.note}`, () => runGolden(golden, i % 3 === 2));
  }
});

test('there are golden cases of every family', () => {
  expect(families.length).toBeGreaterThanOrEqual(13);
});
