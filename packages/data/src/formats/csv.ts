import { fromTypedArray, type Tensor } from '@retrograd/core';
import Papa from 'papaparse';
import { FormatError } from './error.ts';

/** Options of {@link readCsv}. */
export interface CsvOptions {
  /** Whether the first line names the columns. Default true. */
  readonly header?: boolean;
  /** What divides the cells of a line. Default: found out, among comma, tab, semicolon and bar. */
  readonly delimiter?: string;
  /** Which columns are read, by name or by position; all unless given. */
  readonly columns?: readonly (string | number)[];
  /** float32 unless given. */
  readonly dtype?: 'float32' | 'float64' | 'int32';
  /** What an empty cell is; an error unless given. */
  readonly empty?: number;
}

/** A table of numbers. */
export interface CsvTable {
  /** The names of the columns; their positions, where the file names none. */
  readonly columns: readonly string[];
  /** [rows, columns] */
  readonly values: Tensor;
}

/**
 * Reads a table of numbers from comma-separated values (RFC 4180).
 *
 *     const { columns, values } = readCsv(text, { columns: ['height', 'weight'] });
 *
 * @throws FormatError that names line and column for a cell that is no number, or not one of the dtype; for lines of
 * different lengths, two columns of one name, an unknown column.
 */
export function readCsv(text: string | Uint8Array, options: CsvOptions = {}): CsvTable {
  const where = 'readCsv';
  const { header = true, delimiter, dtype = 'float32', empty } = options;
  const source = typeof text === 'string' ? text : new TextDecoder().decode(text);
  const { data: lines, errors } = Papa.parse<string[]>(source, {
    delimiter: delimiter ?? '',
    skipEmptyLines: true,
  });
  // A single column has no delimiter to be found.
  const error = errors.find(({ type }) => type !== 'Delimiter');
  if (error !== undefined) throw new FormatError(`${where}: line ${(error.row ?? 0) + 1}: ${error.message}`);
  if (lines.length === 0) throw new FormatError(`${where}: the file is empty`);
  const width = lines[0].length;
  const all = header ? lines[0].map((name) => name.trim()) : lines[0].map((_, i) => String(i));
  const twice = all.find((name, i) => all.indexOf(name) !== i);
  if (twice !== undefined)
    throw new FormatError(`${where}: the column ${JSON.stringify(twice)} appears twice`);
  const chosen = (options.columns ?? [...all.keys()]).map((column) => position(where, column, all));
  const rows = header ? lines.slice(1) : lines;
  const values = new arrays[dtype](rows.length * chosen.length);
  rows.forEach((cells, r) => {
    const line = r + (header ? 2 : 1);
    if (cells.length !== width) {
      throw new FormatError(`${where}: line ${line} has ${cells.length} cells, the first has ${width}`);
    }
    chosen.forEach((c, k) => {
      const value = numberIn(cells[c], empty);
      if (value === null || (dtype === 'int32' && value !== (value | 0))) {
        const what = value === null ? 'no number' : 'no int32';
        throw new FormatError(
          `${where}: line ${line}, column ${JSON.stringify(all[c])}: ${JSON.stringify(cells[c])} is ${what}`,
        );
      }
      values[r * chosen.length + k] = value;
    });
  });
  return { columns: chosen.map((c) => all[c]), values: fromTypedArray(values, [rows.length, chosen.length]) };
}

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array } as const;

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const named = new Map([
  ['nan', NaN],
  ['inf', Infinity],
  ['+inf', Infinity],
  ['-inf', -Infinity],
  ['infinity', Infinity],
  ['-infinity', -Infinity],
]);

/** The number a cell holds, as Python's float() reads it; null if it is none. */
function numberIn(cell: string, empty: number | undefined): number | null {
  const text = cell.trim();
  if (text === '') return empty ?? null;
  return decimal.test(text) ? Number(text) : (named.get(text.toLowerCase()) ?? null);
}

function position(where: string, column: string | number, all: readonly string[]): number {
  const at = typeof column === 'number' ? column : all.indexOf(column);
  if (!Number.isInteger(at) || at < 0 || at >= all.length) {
    throw new FormatError(
      `${where}: there is no column ${JSON.stringify(column)}; there are ${all.join(', ')}`,
    );
  }
  return at;
}
