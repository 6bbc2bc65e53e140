/* A picture of where a Jacobian is wrong. */
import type { ErrorMap } from './report.ts';

const { ceil, floor, max, min } = Math;

/** The size of the picture in characters. */
const WIDTH = 64;
const HEIGHT = 16;

/**
 * One character per entry, or per block of entries (the worst of each): `·` within tolerance, then `1` to `9` by the power
 * of ten by which the tolerance is exceeded.
 */
export function formatMap({ title, rows, cols, errors }: ErrorMap, color = false): string[] {
  const [tall, wide] = [ceil(rows / HEIGHT), ceil(cols / WIDTH)];
  const lines: string[] = [];
  for (let top = 0; top < rows; top += tall) {
    let line = '';
    for (let left = 0; left < cols; left += wide) {
      let worst = 0;
      for (let i = top; i < min(top + tall, rows); i++) {
        for (let j = left; j < min(left + wide, cols); j++) {
          const error = errors[i * cols + j];
          worst = Number.isNaN(error) ? Infinity : max(worst, error);
        }
      }
      line += mark(worst, color);
    }
    lines.push(`│${line}│`);
  }
  const scale = tall * wide > 1 ? `, each character ${tall} × ${wide} entries` : '';
  return [
    `${title}, ${rows} × ${cols} (output × input elements; · right, 1-9 wrong by that power of ten${scale})`,
    ...lines,
  ];
}

function mark(error: number, color: boolean): string {
  if (error <= 1) return '·';
  const power = Number.isFinite(error) ? min(9, max(1, floor(Math.log10(error)))) : 9;
  return color ? `\u001b[31m${power}\u001b[0m` : String(power);
}
