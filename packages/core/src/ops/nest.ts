/* Nested loops over operands that are broadcast to one shape. */
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/**
 * The fewest nested loops that visit a shape in row-major order: neighbouring dims that every operand walks as one are
 * merged, dims of extent 1 left out. The last two loops, which there always are, are rows and columns; `next` goes
 * through the outer ones. A nest is filled again for each use, so that a use makes no arrays.
 */
export class LoopNest {
  /** How many loops there are around rows and columns. */
  outer = 0;
  rows = 1;
  cols = 1;
  /** Of each operand: where it is at present, and its steps from row to row and from column to column. */
  readonly offsets: number[] = [];
  readonly rowSteps: number[] = [];
  readonly colSteps: number[] = [];
  readonly #operands: number;
  readonly #extents: number[] = [];
  readonly #counters: number[] = [];
  /** The operands' strides for the first loop, then for the second, and so on. */
  readonly #strides: number[] = [];

  constructor(operands: number) {
    this.#operands = operands;
  }

  /** Starts over, at the first position of a shape without zeros to which all operands broadcast. */
  start(shape: Shape, operands: readonly Tensor[]): void {
    const k = this.#operands;
    const extents = this.#extents;
    const strides = this.#strides;
    let loops = 0;
    for (let d = 0; d < shape.length; d++) {
      const extent = shape[d];
      if (extent === 1) continue;
      let merges = loops > 0;
      for (let i = 0; i < k; i++) {
        const stride = strideAlong(operands[i], d - shape.length, extent);
        strides[loops * k + i] = stride;
        if (merges && strides[(loops - 1) * k + i] !== stride * extent) merges = false;
      }
      if (merges) {
        extents[loops - 1] *= extent;
        for (let i = 0; i < k; i++) strides[(loops - 1) * k + i] = strides[loops * k + i];
      } else extents[loops++] = extent;
    }
    this.outer = loops > 2 ? loops - 2 : 0;
    this.rows = loops > 1 ? extents[loops - 2] : 1;
    this.cols = loops > 0 ? extents[loops - 1] : 1;
    for (let i = 0; i < k; i++) {
      this.offsets[i] = operands[i].offset;
      this.rowSteps[i] = loops > 1 ? strides[(loops - 2) * k + i] : 0;
      this.colSteps[i] = loops > 0 ? strides[(loops - 1) * k + i] : 0;
    }
    for (let d = 0; d < this.outer; d++) this.#counters[d] = 0;
  }

  /** Whether an operand's rows and columns are the same all along the one outer loop. */
  repeats(operand: number): boolean {
    return this.outer === 1 && this.#strides[operand] === 0;
  }

  /** Moves the offsets to the next position of the outer loops; false when there are no more. */
  next(): boolean {
    const k = this.#operands;
    const strides = this.#strides;
    for (let d = this.outer - 1; d >= 0; d--) {
      const extent = this.#extents[d];
      const isLast = ++this.#counters[d] === extent;
      for (let i = 0; i < k; i++) this.offsets[i] += strides[d * k + i] * (isLast ? 1 - extent : 1);
      if (!isLast) return true;
      this.#counters[d] = 0;
    }
    return false;
  }
}

/** The stride along a dim, counted from the last (−1), of an operand broadcast to that extent. */
function strideAlong({ shape, strides }: Tensor, dim: number, extent: number): number {
  const d = shape.length + dim;
  return d < 0 || (shape[d] === 1 && extent !== 1) ? 0 : strides[d];
}
