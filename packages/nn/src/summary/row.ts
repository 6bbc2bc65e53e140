/* What a summary says, and how it prints. */
import type { Shape } from '@retrograd/core';

/** One module of a summary. */
export interface SummaryRow {
  /** Where it is, as in `namedModules`; '' for the model itself. */
  readonly path: string;
  /** The name of its class. */
  readonly className: string;
  /** The shapes of the tensors its last call returned; none if it was not called. */
  readonly outputShapes: readonly Shape[];
  /** How often it was called. */
  readonly calls: number;
  /** Elements of its own parameters, without those of modules below it; a shared parameter counts where it is first. */
  readonly parameters: number;
  /** How many of them require grad. */
  readonly trainableParameters: number;
  /** Multiplications with an addition in all calls, without those of modules below it; 0 where not counted. */
  readonly multiplyAdds: number;
  /** Bytes it keeps for backward, without those of modules below it; what is kept twice counts where it is first. */
  readonly savedBytes: number;
}

/** A model's layers and their sizes. Prints as a table. */
export interface Summary {
  /** One row per module, in the order of `namedModules`. */
  readonly rows: readonly SummaryRow[];
  /** Elements of all parameters, a shared one once. */
  readonly parameters: number;
  readonly trainableParameters: number;
  readonly frozenParameters: number;
  /** Bytes of all parameters. */
  readonly parameterBytes: number;
  /** Multiplications with an addition of one forward pass. */
  readonly multiplyAdds: number;
  /** Bytes kept for backward. */
  readonly savedBytes: number;
  toString(): string;
}

const HEAD = ['layer', 'class', 'output shape', 'parameters', 'multiply-adds', 'saved'];
const RIGHT = [false, false, false, true, true, true];

/** A summary as a table and its totals. */
export function formatSummary(summary: Omit<Summary, 'toString'>): string {
  const cells = summary.rows.map((row) => [
    row.path === '' ? '(model)' : row.path,
    row.className,
    row.calls === 0 ? 'not called' : row.outputShapes.map((shape) => `[${shape.join(', ')}]`).join(' '),
    row.parameters === 0 ? '-' : grouped(row.parameters),
    row.multiplyAdds === 0 ? '-' : grouped(row.multiplyAdds),
    row.savedBytes === 0 ? '-' : bytes(row.savedBytes),
  ]);
  const widths = HEAD.map((title, c) =>
    cells.reduce((w, row) => (row[c].length > w ? row[c].length : w), title.length),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, c) => (RIGHT[c] ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
      .join('  ')
      .trimEnd();
  const rule = '-'.repeat(widths.reduce((a, b) => a + b + 2, -2));
  const { parameters, trainableParameters, frozenParameters, parameterBytes } = summary;
  return [
    line(HEAD),
    rule,
    ...cells.map(line),
    rule,
    `parameters: ${grouped(parameters)} (${bytes(parameterBytes)}), of which ${grouped(trainableParameters)} trainable, ` +
      `${grouped(frozenParameters)} frozen`,
    `multiply-adds: ${grouped(summary.multiplyAdds)}`,
    `saved for backward: ${bytes(summary.savedBytes)}`,
  ].join('\n');
}

/** Digits in groups of three. */
function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

function bytes(n: number): string {
  if (n < 1024) return `${n} B`;
  const kib = n / 1024;
  return kib < 1024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}
