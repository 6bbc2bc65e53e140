/* For programs. */
import type { RunResult } from '../run.ts';

/** Everything there is to know about a run. Numbers that JSON has not are the strings "NaN", "Infinity", "-Infinity". */
export function jsonText({ version, files, counts, exitCode, duration }: RunResult): string {
  return `${JSON.stringify({ version, exitCode, counts, duration, files }, numbers, 2)}\n`;
}

function numbers(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
