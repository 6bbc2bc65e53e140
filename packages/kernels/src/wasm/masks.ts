import type { Kernels } from '../kernels.ts';
import type { BinaryKernel, FloatArray, NumericArray, UnaryKernel } from '../signatures.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { copyRows, PIECE, type Operand } from './pointwise.ts';
import { areFloat32, areFloat64, copyOut } from './transfer.ts';

const { floor, min } = Math;
const TAG: typeof Symbol.toStringTag = Symbol.toStringTag;

type Name = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/** Bytes that a turn of sixteen elements may read or write past the last one. */
const SPARE = 192;

/** Comparisons, and the choice that follows them, on a machine. */
export function masksOn(
  machine: Machine,
  limits: Limits,
  fallback: Kernels,
): Record<Name, BinaryKernel> & Pick<Kernels, 'isnan' | 'where'> {
  /** The suffix of the function for a and b's type, or null where the reference is to do it. */
  function typeFor(rows: number, cols: number, a: NumericArray, b: NumericArray): 'f32' | 'f64' | null {
    const n = rows * cols;
    if (n < limits.plain || n === 0 || (rows > 1 && cols < 4)) return null;
    const type = areFloat32(a, b) ? 'f32' : areFloat64(a, b) ? 'f64' : null;
    return type !== null && machine.ready() ? type : null;
  }

  const compare = (name: Name): BinaryKernel => {
    const otherwise = fallback[name];
    const names = { f32: `${name}_f32`, f64: `${name}_f64` };
    return (rows, cols, a, aOffset, aRow, aCol, b, bOffset, bRow, bCol, out, outOffset) => {
      const type = isUnit(aCol) && isUnit(bCol) && isBytes(out) ? typeFor(rows, cols, a, b) : null;
      if (type === null) {
        otherwise(rows, cols, a, aOffset, aRow, aCol, b, bOffset, bRow, bCol, out, outOffset);
        return;
      }
      const left: Operand = { array: a as FloatArray, offset: aOffset, row: aRow, col: aCol };
      const right: Operand = { array: b as FloatArray, offset: bOffset, row: bRow, col: bCol };
      run(machine, names[type], rows, cols, [left, right], out as Uint8Array, outOffset);
    };
  };

  const where: Kernels['where'] = (
    rows, cols, cond, condOffset, condRow, condCol, a, aOffset, aRow, aCol, b, bOffset, bRow, bCol, out, outOffset,
  ) => {
    const usual = isUnit(condCol) && isUnit(aCol) && isUnit(bCol);
    const type = usual && a[TAG] === out[TAG] ? typeFor(rows, cols, a, b) : null;
    if (type === null) {
      fallback.where(
        rows, cols, cond, condOffset, condRow, condCol, a, aOffset, aRow, aCol, b, bOffset, bRow, bCol, out, outOffset,
      );
      return;
    }
    const operands: Operand[] = [
      { array: cond, offset: condOffset, row: condRow, col: condCol },
      { array: a as FloatArray, offset: aOffset, row: aRow, col: aCol },
      { array: b as FloatArray, offset: bOffset, row: bRow, col: bCol },
    ];
    run(machine, `where_${type}`, rows, cols, operands, out as FloatArray, outOffset);
  }; // prettier-ignore

  const ne = compare('ne');
  /** NaN is what differs from itself. */
  const isnan: UnaryKernel = (n, x, xOffset, out, outOffset) =>
    ne(1, n, x, xOffset, n, 1, x, xOffset, n, 1, out, outOffset);

  return {
    isnan,
    eq: compare('eq'),
    ne,
    lt: compare('lt'),
    le: compare('le'),
    gt: compare('gt'),
    ge: compare('ge'),
    where,
  };
}

const isUnit = (col: number): boolean => col === 0 || col === 1;
const isBytes = (x: NumericArray): boolean => x.BYTES_PER_ELEMENT === 1;

/** Runs a function over operands of rows and columns, in pieces. */
function run(
  machine: Machine,
  name: string,
  rows: number,
  cols: number,
  operands: readonly Operand[],
  out: FloatArray | Uint8Array,
  outOffset: number,
): void {
  const width = min(cols, PIECE);
  const height = cols > PIECE ? 1 : min(rows, floor(PIECE / cols));
  const bytesOf = (x: NumericArray): number => width * height * x.BYTES_PER_ELEMENT + SPARE;
  machine.begin(operands.reduce((sum, { array }) => sum + bytesOf(array) + 64, bytesOf(out) + 64));
  const places = operands.map(({ array }) => machine.place(bytesOf(array)));
  const to = machine.place(bytesOf(out));
  const call = machine.function(name);
  for (let r = 0; r < rows; r += height) {
    const high = min(height, rows - r);
    for (let c = 0; c < cols; c += width) {
      const wide = min(width, cols - c);
      const read = operands.flatMap((x, k) => {
        const step = copyRows(machine, x, r, high, c, wide, places[k]);
        return [places[k], step * x.array.BYTES_PER_ELEMENT, x.col];
      });
      call(high, wide, ...read, to);
      copyOut(machine, to, out, outOffset + r * cols + c, high * wide);
    }
  }
}
