/* npm run conformance [-- variant …]: the table, or what is wrong in some variants. With --write: docs/compatibility.md. */
import { writeFileSync } from 'node:fs';
import { outcomeOf, variants } from './conformance.ts';
import { compatibilityDocument, documentPath } from './document.ts';
import { conformanceTable, reasonOf, totals } from './table.ts';

const wanted = process.argv.slice(2);

if (wanted.includes('--write')) {
  writeFileSync(documentPath, compatibilityDocument());
  console.log(totals().join('\n'));
} else if (wanted.length === 0) {
  console.log([...conformanceTable(), '', ...totals()].join('\n'));
} else {
  for (const variant of variants.filter((each) => wanted.includes(each.variant.split(' ')[0]))) {
    const { missing, failures } = outcomeOf(variant);
    const reason = reasonOf(variant);
    console.log(`${variant.variant}: ${missing ? 'no such function' : `${failures.length} deviations`}`);
    if (reason !== null) console.log(`  ${reason}`);
    for (const { sample, stage, message } of failures)
      console.log(`  sample ${sample}, ${stage}: ${message}`);
  }
}
