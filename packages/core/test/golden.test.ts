import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linalg } from '../src/index.ts';
import * as ops from '../src/ops/index.ts';
import { runGolden, type GoldenCase } from './goldenCase.ts';

const directory = join(__dirname, 'golden', 'ops');
const families = readdirSync(directory).filter((name) => name.endsWith('.json'));
const counts = new Map<string, number>();

for (const family of families) {
  const cases = JSON.parse(readFileSync(join(directory, family), 'utf8')) as GoldenCase[];
  describe(`as PyTorch computes it: ${family}`, () => {
    for (const [i, golden] of cases.entries()) {
      const count = (counts.get(golden.fn) ?? 0) + 1;
      counts.set(golden.fn, count);
      // A third of the calls go through the method of the same name.
      test(`${golden.fn} #${count} ${golden.note}`, () =>
        runGolden(golden, i % 3 === 2 && !golden.fn.includes('.')));
    }
  });
}

/** allclose returns no tensor; its tests stand beside isclose's. */
const withoutGolden = ['allclose'];

test('every public op is held to PyTorch: scripts/golden/families/ has a case of each', () => {
  const names = [...Object.keys(ops), ...Object.keys(linalg).map((name) => `linalg.${name}`)];
  const missing = names.filter((name) => !counts.has(name) && !withoutGolden.includes(name));
  expect(missing).toEqual([]);
});
