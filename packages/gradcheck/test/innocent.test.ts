/* Nothing right is called wrong, however hard differences find it. */
import { gradcheck } from '../src/index.ts';
import { innocents } from './planted/innocent.ts';

/** `GRADCHECK_SEEDS=200` for the whole check. */
const seeds = Number(process.env['GRADCHECK_SEEDS'] ?? 3);

for (const [name, { f, inputs, options }] of Object.entries(innocents)) {
  test(`${name} is not flagged`, () => {
    for (let seed = 0; seed < seeds; seed++) {
      const report = gradcheck(f, inputs(), { name, seed, ...options });
      if (report.verdict === 'fail') throw new Error(String(report));
    }
  });
}
