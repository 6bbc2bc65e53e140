/* From patterns to files, and from files to the cases they export. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { glob } from 'tinyglobby';
import { isGradientCase, type GradientCase } from '../gradientCase.ts';
import { UsageError } from './arguments.ts';
import { loadModule, type ImportModule } from './modules.ts';

const EVERYWHERE = '**/*.gradcheck.{ts,mts,cts,js,mjs,cjs}';

/** A case and where it stands. */
export interface PlacedCase {
  readonly gradientCase: GradientCase;
  /** The line, from 1, on which it is made. */
  readonly line: number;
}

/** What a file exports, or why it is of no use. */
export interface LoadedFile {
  /** Relative to the working directory, with forward slashes. */
  readonly path: string;
  readonly cases: readonly PlacedCase[];
  readonly problem: string | null;
}

/**
 * The files that match, sorted, as absolute paths.
 *
 * @throws UsageError for a pattern without any match.
 */
export async function findFiles(patterns: readonly string[], cwd: string): Promise<string[]> {
  const found = new Set<string>();
  for (const pattern of patterns.length > 0 ? patterns : [EVERYWHERE]) {
    const path = resolve(cwd, pattern);
    const matches =
      existsSync(path) && statSync(path).isFile()
        ? [path]
        : await glob(pattern, {
            cwd,
            absolute: true,
            ignore: pattern.includes('node_modules') ? [] : ['**/node_modules/**'],
          });
    if (matches.length === 0) throw new UsageError(`no file matches '${pattern}' in ${cwd}`);
    for (const match of matches) found.add(resolve(match));
  }
  return [...found].sort();
}

/** Loads a file and collects the cases among its exports: cases themselves, and those in exported lists and objects. */
export async function loadFile(file: string, cwd: string, importModule: ImportModule): Promise<LoadedFile> {
  const path = relative(cwd, file).split(sep).join('/');
  let exported: unknown;
  try {
    exported = await loadModule(file, cwd, importModule);
  } catch (error) {
    return { path, cases: [], problem: `cannot be loaded: ${describe(error)}` };
  }
  const cases = [...casesIn(exported)];
  if (cases.length === 0) {
    const problem = "exports no cases: make them with gradientCase(…) from '@retrograd/gradcheck'";
    return { path, cases: [], problem };
  }
  const text = readFileSync(file, 'utf8');
  return {
    path,
    cases: cases.map((gradientCase) => ({ gradientCase, line: lineOf(gradientCase, file, text) })),
    problem: null,
  };
}

/** What there is to say about a thrown value: the stack of an error, unless its message says it all. */
export function describe(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  // A loader in another thread, or another realm, throws what is no Error here.
  if (typeof error === 'object' && error !== null) {
    const { stack, message } = error as { stack?: unknown; message?: unknown };
    if (typeof stack === 'string' && stack !== '') return stack;
    if (typeof message === 'string') return message;
  }
  return typeof error === 'string' ? error : inspect(error);
}

function casesIn(exported: unknown): Set<GradientCase> {
  const found = new Set<GradientCase>();
  const seen = new Set<unknown>();
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (isGradientCase(value)) found.add(value);
    else if (depth > 0) for (const item of Object.values(value)) visit(item, depth - 1);
  };
  // The exports, or the default export, which of a CommonJS module are all exports; in it lists; in them cases.
  visit(exported, 4);
  return found;
}

/** Where gradientCase was called, if that was in this file; else where its name is written; else the first line. */
function lineOf({ name, calledFrom }: GradientCase, file: string, text: string): number {
  if (calledFrom !== null) {
    const path = calledFrom.file.startsWith('file:') ? fileURLToPath(calledFrom.file) : calledFrom.file;
    if (resolve(path) === file) return calledFrom.line;
  }
  const line = text.split('\n').findIndex((content) => content.includes(name));
  return Math.max(line, 0) + 1;
}
