import type { Workload } from './workloads.ts';

/** What one library needed for one workload. */
export interface Measurement {
  /** Median milliseconds of a step. */
  readonly ms?: number;
  /** Medians of its phases. */
  readonly phases?: Readonly<Record<string, number>>;
  /** Why there is no figure. */
  readonly error?: string;
}

/** By library, then by workload. The first library is ours. */
export type Results = Readonly<Record<string, Readonly<Record<string, Measurement>>>>;

/** The results as a table in Markdown: ours, then each peer with how many times ours is as fast. */
export function table(workloads: readonly Workload[], results: Results, peak: number | null): string {
  const [ours, ...peers] = Object.keys(results);
  const rows = workloads.map((workload) => {
    const own = results[ours][workload.id];
    const cells = peers.map((peer) => {
      const theirs = results[peer][workload.id];
      if (theirs?.ms === undefined) return theirs?.error === undefined ? '–' : 'fails';
      const ratio = own?.ms === undefined ? '' : ` (${times(theirs.ms / own.ms)})`;
      return `${figure(workload, theirs, null)}${ratio}`;
    });
    return [workload.label, figure(workload, own, peak), ...cells];
  });
  return aligned([['', ours, ...peers], ...rows]);
}

/** Why there are no figures where there are none. */
export function failures(results: Results): string[] {
  return Object.entries(results).flatMap(([library, measured]) =>
    Object.entries(measured)
      .filter(([, { error }]) => error !== undefined)
      .map(([id, { error }]) => `${library}: ${id}: ${error}`),
  );
}

function figure({ flops, ops }: Workload, measured: Measurement | undefined, peak: number | null): string {
  if (measured?.ms === undefined) return measured?.error === undefined ? '–' : 'fails';
  const { ms, phases = {} } = measured;
  if (flops !== undefined) {
    const rate = flops / ms / 1e6;
    return `${significant(rate)} GFLOP/s${peak === null ? '' : `, ${Math.round((100 * rate) / peak)} % of peak`}`;
  }
  if (ops !== undefined) {
    const parts = Object.entries(phases).map(
      ([phase, time]) => `${phase} ${significant((1e6 * time) / ops)} ns`,
    );
    return parts.join(', ');
  }
  return ms < 1 ? `${significant(1000 * ms)} µs` : `${significant(ms)} ms`;
}

const times = (ratio: number): string => `${significant(ratio)}×`;
const significant = (x: number): string =>
  x >= 100 ? String(Math.round(x)) : String(Number(x.toPrecision(2)));

function aligned(rows: readonly string[][]): string {
  const widths = rows[0].map((_, c) => Math.max(3, ...rows.map((row) => row[c].length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join(' | ')} |`;
  const rule = `| ${widths.map((width, c) => (c === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n');
}
