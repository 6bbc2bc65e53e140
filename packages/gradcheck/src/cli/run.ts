/* Running cases, and what came of them. */
import { setImmediate } from 'node:timers/promises';
import type { GradcheckReport, Verdict } from '../report.ts';
import type { Settings } from './arguments.ts';
import { describe, type LoadedFile, type PlacedCase } from './files.ts';

export interface CaseResult {
  readonly name: string;
  readonly line: number;
  /** The worst of all runs; `error` if f or the check refused. */
  readonly verdict: Verdict | 'error';
  /** Whether it counts as passed: `pass`, or `inconclusive` where that is allowed. */
  readonly ok: boolean;
  /** Of the run that decided the verdict; null after an error. */
  readonly report: GradcheckReport | null;
  readonly error: string | null;
  readonly runs: number;
  /** The command that runs this case alone, with the seed that decided the verdict. */
  readonly command: string;
  /** Milliseconds, over all runs. */
  readonly duration: number;
}

export interface FileResult {
  readonly path: string;
  /** Why the file is of no use. */
  readonly problem: string | null;
  readonly cases: readonly CaseResult[];
}

export interface RunResult {
  readonly version: string;
  readonly files: readonly FileResult[];
  readonly counts: Readonly<Record<Verdict | 'error' | 'unrun', number>>;
  readonly exitCode: 0 | 1 | 2;
  readonly duration: number;
}

/** Who is told of progress. */
export interface Watcher {
  /** A case begins. */
  begun(file: string, name: string): void;
  /** A case has ended. */
  ended(): void;
  /** A file's cases have ended. */
  finished(file: FileResult): void;
}

/** The cases a filter leaves. */
export function chosenCases(file: LoadedFile, { filter }: Settings): readonly PlacedCase[] {
  return filter === undefined
    ? file.cases
    : file.cases.filter(({ gradientCase }) => filter.test(gradientCase.name));
}

/** Runs all cases, file by file. */
export async function runFiles(
  loaded: readonly LoadedFile[],
  settings: Settings,
  watcher: Watcher,
  version: string,
): Promise<RunResult> {
  const started = performance.now();
  const counts = { pass: 0, fail: 0, inconclusive: 0, error: 0, unrun: 0 };
  const files: FileResult[] = [];
  let stopped = false;
  let ok = true;
  for (const file of loaded) {
    const chosen = chosenCases(file, settings);
    if (chosen.length === 0 && file.problem === null) continue;
    const cases: CaseResult[] = [];
    for (const placed of chosen) {
      if (stopped) {
        counts.unrun++;
        continue;
      }
      watcher.begun(file.path, placed.gradientCase.name);
      await setImmediate();
      const result = runCase(placed, file.path, settings);
      watcher.ended();
      cases.push(result);
      counts[result.verdict]++;
      ok &&= result.ok;
      stopped ||= settings.bail && !result.ok;
    }
    const result = { path: file.path, problem: file.problem, cases };
    files.push(result);
    if (cases.length > 0 || file.problem !== null) watcher.finished(result);
  }
  const unusable = counts.error > 0 || loaded.some(({ problem }) => problem !== null);
  const exitCode = unusable ? 2 : ok ? 0 : 1;
  return { version, files, counts, exitCode, duration: performance.now() - started };
}

function runCase({ gradientCase, line }: PlacedCase, path: string, settings: Settings): CaseResult {
  const { name, options } = gradientCase;
  const started = performance.now();
  const first = settings.seed ?? options.seed ?? 0;
  const allowed = settings.allowInconclusive || options.allowInconclusive === true;
  const order = settings.order === undefined ? {} : { order: settings.order };
  let report: GradcheckReport | null = null;
  let error: string | null = null;
  let runs = 0;
  try {
    while (runs < settings.runs && report?.verdict !== 'fail') {
      const next = gradientCase.run({ ...order, seed: first + runs });
      runs++;
      if (report === null || next.verdict === 'fail' || report.verdict === 'pass') report = next;
    }
  } catch (thrown) {
    error = describe(thrown);
    report = null;
  }
  const verdict = error === null && report !== null ? report.verdict : 'error';
  const ok = verdict === 'pass' || (verdict === 'inconclusive' && allowed);
  const filter = `^${name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}$`;
  const decided = report?.seed ?? first + Math.max(runs - 1, 0);
  const flags = [`--seed ${decided}`, ...(settings.order === undefined ? [] : [`--order ${settings.order}`])];
  const command = ['npx gradcheck', quoted(path), '--filter', quoted(filter), ...flags].join(' ');
  const duration = performance.now() - started;
  return { name, line, verdict, ok, report, error, runs, command, duration };
}

/** A word for a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}
