/* docs/compatibility.md, from the code and a run of the samples. */
import { join } from 'node:path';
import { opTable } from './opTable.ts';
import { accepted } from './reasons.ts';
import { conformanceTable, totals } from './table.ts';
import { looser } from './tolerances.ts';

/** Where the document lies. */
export const documentPath = join(__dirname, '..', '..', '..', '..', 'docs', 'compatibility.md');

/** The text of the document. */
export function compatibilityDocument(): string {
  const tolerances = Object.entries(looser).map(
    ([variant, { rtol, atol, reason }]) =>
      `- \`${variant}\`: ${[rtol && `rtol ${rtol}`, atol && `atol ${atol}`].filter(Boolean).join(', ')}: ${reason}.`,
  );
  const errors = Object.entries(accepted).flatMap(([op, patterns]) =>
    Object.entries(patterns).map(([pattern, reason]) => `- \`${op}\`: “${pattern}”: ${reason}.`),
  );
  return [
    '<!-- Written by `npm run compatibility`. Do not edit. -->',
    '',
    '# Compatibility with PyTorch',
    '',
    '## How it is measured',
    '',
    'PyTorch tests its ops with samples from a database of its own, OpInfo. `scripts/golden/opinfo.py` draws these samples',
    '(PyTorch 1.13.1, float64), runs them, and keeps what PyTorch computes: outputs, vector-Jacobian products for random',
    'cotangents, and the gradients of those products for random directions. `packages/core/test/opinfo` makes the same calls',
    'here and compares: within 1e-7 of each number, or 1e-10 of the largest beside it. Calls that PyTorch refuses must be',
    'refused with an error that names the function, and change nothing.',
    '',
    ...totals(),
    '',
    '`npm run conformance` prints the table below, `npm run conformance -- pow` what is wrong in a variant.',
    '',
    'Looser, and why:',
    '',
    ...tolerances,
    '',
    'Refused by PyTorch, not here:',
    '',
    ...errors,
    '',
    '## Functions',
    '',
    'A method takes the arguments after the first. A name in the column of forms is the in-place method.',
    ...opTable(),
    '',
    '## Variants of OpInfo',
    '',
    'A variant is a function and the name OpInfo gives to a set of its samples. The last column says why one does not pass.',
    '',
    ...conformanceTable(),
    '',
  ].join('\n');
}
