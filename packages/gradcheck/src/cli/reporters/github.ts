/* For GitHub Actions: annotations with file and line, and the step summary. */
import { posix } from 'node:path';
import type { CaseResult, FileResult, RunResult } from '../run.ts';
import { counted, unstyled } from '../style.ts';

/** GitHub refuses summaries of more than a mebibyte; reports are cut so that this many of them fit. */
const LONGEST_REPORT = 20_000;
const MOST_REPORTS = 25;

/**
 * Workflow commands for what did not pass.
 *
 * @param folder the working directory relative to the repository's root, with forward slashes.
 */
export function annotations({ files }: RunResult, folder: string): string {
  const lines = files.flatMap(({ path, problem, cases }) => {
    const file = posix.join(folder, path);
    const ofCases = cases
      .filter(({ verdict }) => verdict !== 'pass')
      .map((one) => workflowCommand(one.ok ? 'warning' : 'error', file, one.line, titleOf(one), textOf(one)));
    return problem === null
      ? ofCases
      : [...ofCases, workflowCommand('error', file, 1, 'gradcheck: unusable file', problem)];
  });
  return lines.join('');
}

/** What the step summary shows, in Markdown. */
export function stepSummary(result: RunResult): string {
  const { counts, files, exitCode } = result;
  const parts = (['pass', 'fail', 'inconclusive', 'error', 'unrun'] as const)
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `${counts[verdict]} ${verdict === 'unrun' ? 'not run' : verdict}`);
  const heading = `### ${exitCode === 0 ? '✅' : '❌'} Gradients: ${parts.join(', ') || 'nothing checked'}\n`;
  const rows = files.map(fileRow).join('');
  const table = `| file | cases | pass | fail | inconclusive | error |\n| --- | --: | --: | --: | --: | --: |\n${rows}`;
  const wrong = files.flatMap(({ path, cases }) =>
    cases.filter(({ verdict }) => verdict !== 'pass').map((one) => details(path, one)),
  );
  const more = wrong.length - MOST_REPORTS;
  const rest = more > 0 ? `\n… and ${counted(more, 'more report')} in the log.\n` : '';
  const problems = files
    .filter(({ problem }) => problem !== null)
    .map(({ path, problem }) => `\n**${path}**\n\n${fenced(problem ?? '')}`);
  return `${heading}\n${table}${problems.join('')}${wrong.slice(0, MOST_REPORTS).join('')}${rest}\n`;
}

function workflowCommand(level: string, file: string, line: number, title: string, text: string): string {
  const properties = [`file=${property(file)}`, `line=${line}`, `title=${property(title)}`].join(',');
  return `::${level} ${properties}::${data(unstyled(text))}\n`;
}

/** Percent-encoding as the Actions toolkit does it. */
function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}

function titleOf({ name, verdict }: CaseResult): string {
  const what = {
    pass: 'is correct',
    fail: 'is wrong',
    inconclusive: 'is undecided',
    error: 'cannot be checked',
  };
  return `gradcheck: the gradient of ${name} ${what[verdict]}`;
}

function textOf({ report, error, command }: CaseResult): string {
  return `${String(report ?? error)}\n\nthis case alone: ${command}`;
}

function fileRow({ path, cases }: FileResult): string {
  const count = (verdict: CaseResult['verdict']): number =>
    cases.filter((one) => one.verdict === verdict).length;
  const cells = [count('pass'), count('fail'), count('inconclusive'), count('error')];
  return `| ${path} | ${cases.length} | ${cells.join(' | ')} |\n`;
}

function details(path: string, one: CaseResult): string {
  const text = unstyled(textOf(one));
  const shown = text.length > LONGEST_REPORT ? `${text.slice(0, LONGEST_REPORT)}\n…` : text;
  const title = `${path}:${one.line} › ${one.name}: ${one.verdict}`;
  return `\n<details><summary>${title.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</summary>\n\n${fenced(shown)}\n</details>\n`;
}

/** A code block whose fence does not occur in the text. */
function fenced(text: string): string {
  const runs = text.match(/`{3,}/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
  return `${fence}text\n${text}\n${fence}\n`;
}
