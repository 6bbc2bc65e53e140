/* PyTorch's own samples of its ops (scripts/golden/opinfo.py), and the document made of their results. */
import { readFileSync } from 'node:fs';
import { outcomeOf, variants } from './conformance.ts';
import { compatibilityDocument, documentPath } from './document.ts';
import { accepted, reasons } from './reasons.ts';
import { passes, reasonOf } from './table.ts';
import { looser } from './tolerances.ts';

const inReach = variants.filter((variant) => variant.outOfReach === undefined);
const names = new Set(variants.map(({ variant }) => variant));

describe('gives what PyTorch gives in its own samples, forward, gradient and double backward, and refuses what it refuses', () => {
  test.each(
    inReach.filter((variant) => reasonOf(variant) === null).map((variant) => [variant.variant, variant]),
  )('%s', (_, variant) => {
    const { missing, failures } = outcomeOf(variant);
    expect({ missing, failures: failures.slice(0, 5) }).toEqual({ missing: false, failures: [] });
  });
});

test('no variant that passes is listed among those that do not', () => {
  const listed = inReach.filter((variant) => reasonOf(variant) !== null);
  expect(listed.filter((variant) => passes(outcomeOf(variant))).map(({ variant }) => variant)).toEqual([]);
});

test('reasons, tolerances and accepted calls are all of variants that exist', () => {
  const listed = [...Object.keys(reasons), ...Object.keys(looser), ...Object.keys(accepted)];
  expect(listed.filter((name) => !names.has(name))).toEqual([]);
});

test('docs/compatibility.md is what `npm run compatibility` writes', () => {
  // Git may check it out with other line ends.
  expect(readFileSync(documentPath, 'utf8').replaceAll('\r\n', '\n')).toBe(compatibilityDocument());
});
