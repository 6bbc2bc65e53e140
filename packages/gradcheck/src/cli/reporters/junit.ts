/* For whatever reads JUnit's XML: one suite per file, one test case per case. */
import type { CaseResult, FileResult, RunResult } from '../run.ts';
import { unstyled } from '../style.ts';

export function junitText({ files, duration }: RunResult): string {
  const all = files.map(suite);
  const totals = { tests: 0, failures: 0, errors: 0 };
  for (const { counts } of all) {
    totals.tests += counts.tests;
    totals.failures += counts.failures;
    totals.errors += counts.errors;
  }
  const attributes = attributesOf({ name: 'gradcheck', ...totals, time: seconds(duration) });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${attributes}>\n${all.map(({ xml }) => xml).join('')}</testsuites>\n`;
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
}

function suite({ path, problem, cases }: FileResult): { counts: Counts; xml: string } {
  const tests = cases.map((result) => testCase(path, result));
  if (problem !== null) {
    const attributes = attributesOf({ classname: path, name: 'is usable', time: seconds(0) });
    tests.push(`    <testcase ${attributes}>\n${element('error', problem)}    </testcase>\n`);
  }
  const counts = {
    tests: tests.length,
    failures: cases.filter(({ ok, verdict }) => !ok && verdict !== 'error').length,
    errors: cases.filter(({ verdict }) => verdict === 'error').length + (problem === null ? 0 : 1),
  };
  const time = seconds(cases.reduce((sum, { duration }) => sum + duration, 0));
  const attributes = attributesOf({ name: path, ...counts, time });
  return { counts, xml: `  <testsuite ${attributes}>\n${tests.join('')}  </testsuite>\n` };
}

function testCase(path: string, { name, line, verdict, ok, report, error, duration }: CaseResult): string {
  const attributes = attributesOf({ classname: path, name, file: path, line, time: seconds(duration) });
  if (verdict === 'pass') return `    <testcase ${attributes}/>\n`;
  const text = String(report ?? error);
  // An undecided case that is allowed has passed; what there is to say about it is kept.
  const kind = error !== null ? 'error' : ok ? 'system-out' : 'failure';
  return `    <testcase ${attributes}>\n${element(kind, text, verdict)}    </testcase>\n`;
}

function element(kind: 'error' | 'failure' | 'system-out', text: string, type = 'error'): string {
  const plain = unstyled(text);
  const attributes = kind === 'system-out' ? '' : ` ${attributesOf({ type, message: plain.split('\n')[0] })}`;
  return `      <${kind}${attributes}>${escaped(plain)}</${kind}>\n`;
}

function attributesOf(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(String(value)).replace(/\n/g, '&#10;')}"`)
    .join(' ');
}

function escaped(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- XML forbids them
      .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/"/g, '&quot;')
  );
}

function seconds(duration: number): string {
  return (duration / 1000).toFixed(3);
}
