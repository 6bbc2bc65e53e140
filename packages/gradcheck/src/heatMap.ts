/* A picture of where a Jacobian is wrong. */
import type { ErrorMap } from './report.ts';

const { ceil, floor, log10, max, min } = Math;

/** The size of the picture in characters. */
const WIDTH = 64;
const HEIGHT = 16;

/**
 * One character per entry, or per block of entries (the worst of each): `·` within tolerance, then `1` to `9` by the power
 * of ten by which the tolerance is exceeded. Lines stand between inputs and between outputs.
 */
export function formatMap({ title, rows, cols, outputs, inputs, errors }: ErrorMap, color = false): string[] {
  const down = blocksOf(rows, HEIGHT, outputs);
  const across = blocksOf(cols, WIDTH, inputs);
  const lines: string[] = [];
  for (const [k, { from: top, to: bottom, first }] of down.entries()) {
    if (first && k > 0)
      lines.push(`├${across.map((block, c) => (block.first && c > 0 ? '┼┈' : '┈')).join('')}┤`);
    let line = '';
    for (const [c, { from: left, to: right, first: begins }] of across.entries()) {
      if (begins && c > 0) line += '┊';
      let worst = 0;
      for (let i = top; i < bottom; i++) {
        for (let j = left; j < right; j++) {
          const error = errors[i * cols + j];
          worst = Number.isNaN(error) ? Infinity : max(worst, error);
        }
      }
      line += mark(worst, color);
    }
    lines.push(`│${line}│`);
  }
  const [tall, wide] = [max(...down.map(sizeOf)), max(...across.map(sizeOf))];
  const scale = tall * wide > 1 ? `; a character is up to ${tall} × ${wide} entries` : '';
  const names = (parts: ErrorMap['inputs'], sign: string): string => parts.map(({ name }) => name).join(sign);
  return [
    `${title}, ${rows} × ${cols}: rows ${names(outputs, ', ')}; columns ${names(inputs, ' ┊ ')}`,
    ...lines,
    `· right, 1-9 wrong by that power of ten${scale}`,
  ];
}

interface Block {
  readonly from: number;
  readonly to: number;
  /** Whether an input (or output) begins here. */
  readonly first: boolean;
}

/** Divides each input (or output) into about as many blocks as its share of the picture. */
function blocksOf(total: number, most: number, parts: ErrorMap['inputs']): Block[] {
  const size = ceil(total / most);
  return parts.flatMap(({ start }, k) => {
    const end = k + 1 < parts.length ? parts[k + 1].start : total;
    return Array.from({ length: ceil((end - start) / size) }, (_, b) => {
      const from = start + b * size;
      return { from, to: min(from + size, end), first: b === 0 };
    });
  });
}

function sizeOf({ from, to }: Block): number {
  return to - from;
}

function mark(error: number, color: boolean): string {
  if (error <= 1) return '·';
  const power = Number.isFinite(error) ? min(9, max(1, floor(log10(error)))) : 9;
  return color ? `\u001b[31m${power}\u001b[0m` : String(power);
}
