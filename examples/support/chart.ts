/** The eight dots of a braille character, by row and column. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/** A curve of positive numbers, drawn on a logarithmic scale, with gaps where there is nothing to draw. */
export function drawCurve(values: readonly number[], caption: string, width = 64, height = 10): string {
  // One point per column of dots: the mean of the values that fall there.
  const points = Array.from({ length: width * 2 }, (_, i) => {
    const start = Math.floor((i * values.length) / (width * 2));
    const end = Math.max(start + 1, Math.floor(((i + 1) * values.length) / (width * 2)));
    const point = Math.log(mean(values.slice(start, end)));
    return Number.isFinite(point) ? point : NaN;
  });
  const drawn = points.filter((point) => !Number.isNaN(point));
  if (drawn.length === 0) return `${caption}: nothing to draw`;
  const [low, high] = [Math.min(...drawn), Math.max(...drawn)];
  const lines = points.map((point) => Math.round(((high - point) / (high - low || 1)) * (height * 4 - 1)));
  const cells = Array.from({ length: height }, () => new Array<number>(width).fill(0x2800));
  for (let column = 0; column < lines.length; column++) {
    // Each point reaches to the one before it, so that the curve hangs together. Next to a NaN nothing is drawn.
    const [line, before] = [lines[column], lines[Math.max(column - 1, 0)]];
    for (let dot = Math.min(line, before); dot <= Math.max(line, before); dot++) {
      cells[dot >> 2][column >> 1] |= DOTS[dot & 3][column & 1];
    }
  }
  const rows = cells.map((row, i) => {
    const value = Math.exp(high - ((high - low) * i) / (height - 1));
    return `${value.toPrecision(2).padStart(8)} ┤${String.fromCharCode(...row)}`;
  });
  return [...rows, `${' '.repeat(9)}└${'─'.repeat(width)}`, `${' '.repeat(10)}${caption}`].join('\n');
}

/** The mean of some numbers. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
