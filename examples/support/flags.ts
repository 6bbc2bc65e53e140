import { basename } from 'node:path';
import { parseArgs } from 'node:util';

/** One flag of a program: what it is when not given, and how its text is read. */
export interface Flag<T> {
  readonly fallback: T;
  readonly values: string;
  readonly help: string;
  /** The value a text stands for, or undefined if it stands for none. */
  readonly read: (text: string) => T | undefined;
}

/** A whole number in a range. */
export function whole(
  fallback: number,
  help: string,
  least = 1,
  most = Number.MAX_SAFE_INTEGER,
): Flag<number> {
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
  const read = (text: string): number | undefined =>
    /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined;
  return { fallback, values: `a whole number, ${range}`, help, read };
}

/** A number above zero. */
export function positive(fallback: number, help: string): Flag<number> {
  const read = (text: string): number | undefined =>
    Number(text) > 0 && Number.isFinite(Number(text)) ? Number(text) : undefined;
  return { fallback, values: 'a number above 0', help, read };
}

/** Any number. */
export function finite(fallback: number, help: string): Flag<number> {
  const read = (text: string): number | undefined =>
    text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
  return { fallback, values: 'a number', help, read };
}

/** One of several words, of which the first is the default. */
export function choice<const W extends string>(words: readonly [W, ...W[]], help: string): Flag<W> {
  const read = (text: string): W | undefined => words.find((word) => word === text);
  return { fallback: words[0], values: words.join(' or '), help, read };
}

/** The name of a file. */
export function path(fallback: string, help: string): Flag<string> {
  return { fallback, values: 'a file', help, read: (text) => (text === '' ? undefined : text) };
}

type Flags = Readonly<Record<string, Flag<number> | Flag<string>>>;
type Values<F extends Flags> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

/**
 * The flags this program was started with. `--help` explains them and ends the program; a flag that does not exist or has
 * a value it cannot have ends it with a line of explanation and exit code 2.
 */
export function readFlags<F extends Flags>(purpose: string, flags: F): Values<F> {
  const program = basename(process.argv[1], '.ts');
  const { tokens } = parseArgs({
    options: {
      ...Object.fromEntries(Object.keys(flags).map((name) => [name, { type: 'string' as const }])),
      help: { type: 'boolean', short: 'h' },
    },
    strict: false,
    tokens: true,
  });
  const values: Record<string, number | string> = {};
  for (const [name, flag] of Object.entries(flags)) values[name] = flag.fallback;
  for (const token of tokens) {
    if (token.kind !== 'option')
      refuse(program, `unexpected '${token.kind === 'positional' ? token.value : '--'}'`);
    if (token.name === 'help') explain(program, purpose, flags);
    const flag = Object.hasOwn(flags, token.name)
      ? flags[token.name]
      : refuse(program, `unknown flag ${token.rawName}`);
    const text = token.value;
    values[token.name] =
      (text === undefined ? undefined : flag.read(text)) ??
      refuse(program, `${token.rawName} takes ${flag.values}${text === undefined ? '' : `, not '${text}'`}`);
  }
  return values as Values<F>;
}

function refuse(program: string, problem: string): never {
  console.error(`${program}: ${problem} (--help lists the flags)`);
  process.exit(2);
}

function explain(program: string, purpose: string, flags: Flags): never {
  const width = Math.max(...[...Object.keys(flags), 'help'].map((name) => name.length));
  const lines = Object.entries(flags).map(
    ([name, { help, values, fallback }]) =>
      `  --${name.padEnd(width)}  ${help}: ${values}${fallback === '' ? '' : ` (default ${fallback})`}`,
  );
  console.log(`${program}: ${purpose}\n\n${lines.join('\n')}\n  --${'help'.padEnd(width)}  prints this`);
  process.exit(0);
}
