/* The `gradcheck` command. */
import { appendFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { parseArguments, usage, UsageError, type Settings } from './arguments.ts';
import { describe, findFiles, loadFile, type LoadedFile } from './files.ts';
import type { ImportModule } from './modules.ts';
import { Progress } from './progress.ts';
import { annotations, stepSummary } from './reporters/github.ts';
import { jsonText } from './reporters/json.ts';
import { junitText } from './reporters/junit.ts';
import { closing, fileTable } from './reporters/pretty.ts';
import { chosenCases, runFiles, type RunResult } from './run.ts';
import { painter } from './style.ts';

/** What the program that runs the command has to give it. */
export interface Host {
  readonly version: string;
  readonly importModule: ImportModule;
}

/** Runs the command and returns its exit code: 0 all pass, 1 something does not, 2 unusable input. */
export async function main(args: readonly string[], host: Host): Promise<number> {
  try {
    const settings = parseArguments(args);
    if (settings === 'help') process.stdout.write(usage);
    else if (settings === 'version') process.stdout.write(`${host.version}\n`);
    else return await runCommand(settings, host);
    return 0;
  } catch (error) {
    const hint = error instanceof UsageError ? '\nSee gradcheck --help.' : '';
    process.stderr.write(`gradcheck: ${describe(error)}${hint}\n`);
    return 2;
  }
}

async function runCommand(settings: Settings, { version, importModule }: Host): Promise<number> {
  const { stdout, stderr, env } = process;
  const cwd = process.cwd();
  const files = await findFiles(settings.patterns, cwd);
  const loaded: LoadedFile[] = [];
  for (const file of files) loaded.push(await loadFile(file, cwd, importModule));
  const total = loaded.reduce((n, file) => n + chosenCases(file, settings).length, 0);
  if (total === 0 && loaded.every(({ problem }) => problem === null)) {
    throw new UsageError(`no case has a name that matches ${settings.filter}`);
  }

  const paint = painter(stdout.isTTY, env);
  const progress = new Progress(total, stderr);
  const forPeople = settings.reporter === 'pretty' || settings.reporter === 'github';
  const watcher = {
    begun: (file: string, name: string) => progress.begin(`${name}  ${file}`),
    ended: () => progress.advance(),
    finished: (file: RunResult['files'][number]) => {
      if (!forPeople) return;
      progress.hide();
      stdout.write(fileTable(file, paint));
    },
  };
  const result = await runFiles(loaded, settings, watcher, version);
  progress.hide();
  if (settings.reporter === 'json') stdout.write(jsonText(result));
  else if (settings.reporter === 'junit') stdout.write(junitText(result));
  else stdout.write(closing(result, paint));

  const onGithub = env['GITHUB_ACTIONS'] === 'true';
  if (onGithub || settings.reporter === 'github') {
    const folder = relative(env['GITHUB_WORKSPACE'] ?? cwd, cwd)
      .split(sep)
      .join('/');
    // Standard output is not ours where a program reads it.
    (forPeople ? stdout : stderr).write(annotations(result, folder));
  }
  const summaryFile = env['GITHUB_STEP_SUMMARY'];
  if (summaryFile && (onGithub || settings.reporter === 'github')) {
    appendFileSync(summaryFile, stepSummary(result));
  }
  return result.exitCode;
}
