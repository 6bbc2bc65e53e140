/* What the command line says. */
import { parseArgs } from 'node:util';

export const reporters = ['pretty', 'json', 'junit', 'github'] as const;
export type ReporterName = (typeof reporters)[number];

/** What is asked of a run. Undefined where each case's own options (or their defaults) hold. */
export interface Settings {
  readonly patterns: readonly string[];
  readonly order: number | undefined;
  readonly seed: number | undefined;
  readonly runs: number;
  readonly filter: RegExp | undefined;
  readonly reporter: ReporterName;
  readonly bail: boolean;
  readonly allowInconclusive: boolean;
}

/** Something the user has to change; the message is all there is to say. */
export class UsageError extends Error {}

export const usage = `Usage: gradcheck [patterns] [options]

Checks gradients: runs every case that the matching files export, such as
  export const cases = [gradientCase('softplus', softplus, [tensor([0.5, -1])])];
Patterns default to '**/*.gradcheck.{ts,mts,cts,js,mjs,cjs}'; node_modules is left out.

  --order <n>            check gradients (1), gradients of gradients (2), … up to this order
  --seed <n>             seed of cotangents, directions and resampled points
  --runs <n>             check every case with this many seeds, one after the other (default 1)
  --filter <regex>       only cases whose name matches
  --reporter <name>      pretty (default), json, junit or github
  --bail                 stop at the first case that does not pass
  --allow-inconclusive   do not fail for what could not be decided
  -h, --help             show this
  -v, --version          show the version

Exit code: 0 all pass, 1 a gradient is wrong (or could not be decided), 2 unusable input.
Under GitHub Actions, failures become annotations and a step summary with every reporter.
`;

/** @throws UsageError for flags and values that make no sense. */
export function parseArguments(args: readonly string[]): Settings | 'help' | 'version' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  if (values.version) return 'version';
  const reporter = reporters.find((name) => name === values.reporter);
  if (reporter === undefined) {
    throw new UsageError(`--reporter must be one of ${reporters.join(', ')}, got '${values.reporter}'`);
  }
  return {
    patterns: positionals,
    order: integerOf('order', values.order, 1),
    seed: integerOf('seed', values.seed, 0),
    runs: integerOf('runs', values.runs, 1) ?? 1,
    filter: values.filter === undefined ? undefined : expressionOf(values.filter),
    reporter,
    bail: values.bail,
    allowInconclusive: values['allow-inconclusive'],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        order: { type: 'string' },
        seed: { type: 'string' },
        runs: { type: 'string' },
        filter: { type: 'string' },
        reporter: { type: 'string', default: 'pretty' },
        bail: { type: 'boolean', default: false },
        'allow-inconclusive': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', short: 'v', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

function integerOf(flag: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new UsageError(`--${flag} must be an integer of at least ${least}, got '${text}'`);
  }
  return value;
}

function expressionOf(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (error) {
    throw new UsageError(`--filter: ${messageOf(error)}`);
  }
}

/** The message of what was thrown, which may come from another realm than this code. */
function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}
