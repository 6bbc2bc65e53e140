/* How the 2 × 2 tiles of an output are handled in turn. */

const { ceil, floor, max, min } = Math;

/** A rectangle of tiles of one sample, and where its tiles begin in its block. */
export interface Strip {
  readonly sample: number;
  readonly row: number;
  readonly col: number;
  readonly rows: number;
  readonly cols: number;
  readonly at: number;
}

/** `samples` are handled at a time, in blocks of strips: a block is part of one sample, or all of several. */
export interface Tiling {
  readonly samples: number;
  readonly blocks: readonly (readonly Strip[])[];
  /** Elements of a line that holds a block's tiles, with those that the last vector may reach past them. */
  readonly step: number;
  /** Tiles, down and across, of the largest strip. */
  readonly rows: number;
  readonly cols: number;
}

/** The tiles of a block. */
export const tilesOf = (block: readonly Strip[]): number =>
  block.reduce((sum, { rows, cols }) => sum + rows * cols, 0);

/** `whole` in as few equal parts as are no greater than `most` ≥ 1: how great they are. */
const evenly = (whole: number, most: number): number => ceil(whole / ceil(whole / most));

/** Cuts the tiles of outputs [batch, height, width] into blocks of at most `wanted`. */
export function tilingOf(height: number, width: number, batch: number, wanted: number): Tiling {
  const down = ceil(height / 2);
  const across = ceil(width / 2);
  const size = down * across;
  const cols = evenly(across, wanted);
  const rows = evenly(down, max(1, floor(wanted / across)));
  const samples = max(1, min(batch, floor(wanted / size)));
  const strips: Strip[] = [];
  for (let sample = 0; sample < samples; sample++) {
    for (let row = 0; row < down; row += rows) {
      for (let col = 0; col < across; col += cols) {
        const [high, wide] = [min(rows, down - row), min(cols, across - col)];
        strips.push({ sample, row, col, rows: high, cols: wide, at: sample * size });
      }
    }
  }
  const blocks = samples === 1 ? strips.map((strip) => [strip]) : [strips];
  return { samples, blocks, step: 8 * ceil((max(...blocks.map(tilesOf)) + 3) / 8), rows, cols };
}
