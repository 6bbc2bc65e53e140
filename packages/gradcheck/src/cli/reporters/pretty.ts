/* For people: a table of all cases, then what failed in full. */
import type { CaseResult, FileResult, RunResult } from '../run.ts';
import { counted, milliseconds, type Paint } from '../style.ts';

const MARKS = {
  pass: ['✓', 'green'],
  fail: ['✗', 'red'],
  inconclusive: ['?', 'yellow'],
  error: ['!', 'red'],
} as const;

/** The table of one file. */
export function fileTable({ path, problem, cases }: FileResult, paint: Paint): string {
  const rows = cases.map((result) => [result.name, ...columns(result)]);
  const widths = rows.reduce<number[]>(
    (w, row) => row.map((text, i) => Math.max(w[i] ?? 0, text.length)),
    [],
  );
  const lines = rows.map((row, i) => {
    const [mark, colour] = MARKS[cases[i].verdict];
    const padded = row.map((text, k) =>
      k === row.length - 1 ? text.padStart(widths[k]) : text.padEnd(widths[k]),
    );
    const [name, ...rest] = padded;
    return `  ${paint(colour, mark)} ${name}  ${paint('dim', rest.join('  '))}`;
  });
  if (problem !== null) lines.push(`  ${paint('red', '!')} ${indented(problem, 4).trimStart()}`);
  return `${paint('bold', path)}\n${lines.join('\n')}\n`;
}

/** What did not pass, in full, and the totals. */
export function closing(result: RunResult, paint: Paint): string {
  const parts = result.files.flatMap(({ path, cases }) =>
    cases
      .filter(({ verdict }) => verdict !== 'pass')
      .map((one) => {
        const title = paint(MARKS[one.verdict][1], `${path}:${one.line} › ${one.name}`);
        const again = paint('dim', `this case alone: ${one.command}`);
        return `\n${title}\n${indented(`${String(one.report ?? one.error)}\n\n${again}`, 2)}\n`;
      }),
  );
  return `${parts.join('')}\n${summary(result, paint)}\n`;
}

function summary({ files, counts, duration }: RunResult, paint: Paint): string {
  const total = counts.pass + counts.fail + counts.inconclusive + counts.error;
  const parts = [
    counts.pass > 0 ? paint('green', `${counts.pass} pass`) : '',
    counts.fail > 0 ? paint('red', `${counts.fail} fail`) : '',
    counts.inconclusive > 0 ? paint('yellow', `${counts.inconclusive} inconclusive`) : '',
    counts.error > 0 ? paint('red', counted(counts.error, 'error')) : '',
    counts.unrun > 0 ? `${counts.unrun} not run` : '',
  ].filter((part) => part !== '');
  const unusable = files.filter(({ problem }) => problem !== null).length;
  const broken = unusable > 0 ? `, ${paint('red', `${counted(unusable, 'file')} unusable`)}` : '';
  const verdicts = parts.length > 0 ? `: ${parts.join(', ')}` : '';
  return `${counted(total, 'case')} in ${counted(files.length, 'file')}${verdicts}${broken} (${milliseconds(duration)})`;
}

/** How a case was checked, how much of it, and for how long. */
function columns({ report, runs, duration }: CaseResult): string[] {
  const time = milliseconds(duration);
  if (report === null) return ['', '', '', time];
  const { tier, order, coverage } = report;
  const { entries, totalEntries, directions } = coverage;
  const looked =
    entries === totalEntries
      ? counted(entries, 'entry').replace('ys', 'ies')
      : `${entries} of ${totalEntries} entries`;
  const also = directions > 0 ? `, ${counted(directions, 'direction')}` : '';
  const seeds = runs > 1 ? `, ${runs} seeds` : '';
  return [tier, order > 1 ? `order ${order}` : '', `${looked}${also}${seeds}`, time];
}

function indented(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}
