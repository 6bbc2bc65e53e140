/* Colours, where the terminal has them, and numbers for people. */

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

const CODES: Record<Style, readonly [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
};

/** Paints a text, or does not. */
export type Paint = (style: Style, text: string) => string;

/** Follows NO_COLOR and FORCE_COLOR, else whether there is a terminal. */
export function painter(terminal: boolean, env: NodeJS.ProcessEnv): Paint {
  const forced = env['FORCE_COLOR'];
  const colours = env['NO_COLOR'] ? false : forced === undefined ? terminal : forced !== '0';
  if (!colours) return (_, text) => text;
  return (style, text) => `\u001B[${CODES[style][0]}m${text}\u001B[${CODES[style][1]}m`;
}

/** Without the colours a report may have. */
export function unstyled(text: string): string {
  // eslint-disable-next-line no-control-regex -- this is what colours are made of
  return text.replace(/\u001B\[[0-9;]*m/g, '');
}

export function milliseconds(duration: number): string {
  return duration < 10_000 ? `${Math.round(duration)} ms` : `${(duration / 1000).toFixed(1)} s`;
}

/** `1 case`, `2 cases`. */
export function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
