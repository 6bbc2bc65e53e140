import type { Kernels } from '../kernels.ts';
import type { BinaryKernel, FloatArray, UnaryKernel } from '../signatures.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import {
  areFloat32,
  areFloat64,
  copyIn,
  copyOut,
  isFloat32,
  isFloat64,
  memoryLike,
  room,
} from './transfer.ts';

const { floor, min } = Math;

// Large operands go through the machine in pieces that stay in the second-level cache, so that copying in and out costs
// little beside reading them once.

/** Elements of a piece. */
export const PIECE = 16384;

/** Functions of many instructions, and plain arithmetic: they pay from different sizes on. */
const COSTLY = [
  'exp',
  'expm1',
  'log',
  'log1p',
  'tanh',
  'sigmoid',
  'erf',
  'gelu',
  'geluTanh',
  'silu',
] as const;
const PLAIN = [
  'relu',
  'neg',
  'abs',
  'sign',
  'floor',
  'ceil',
  'trunc',
  'round',
  'square',
  'sqrt',
  'rsqrt',
  'reciprocal',
] as const;
const COSTLY_PAIRS = ['geluGrad', 'geluTanhGrad', 'siluGrad', 'logaddexp'] as const;
const PLAIN_PAIRS = [
  'add',
  'sub',
  'mul',
  'div',
  'maximum',
  'minimum',
  'reluGrad',
  'sigmoidGrad',
  'tanhGrad',
] as const;

type Unary = (typeof COSTLY | typeof PLAIN)[number];
type Binary = (typeof COSTLY_PAIRS | typeof PLAIN_PAIRS)[number];

/** A record of one value for each name. */
function recordOf<Name extends string, Value>(
  names: readonly Name[],
  value: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, Value>;
}

/** Elementwise kernels on a machine. */
export function pointwiseOn(
  machine: Machine,
  limits: Limits,
  fallback: Kernels,
): Record<Unary, UnaryKernel> & Record<Binary, BinaryKernel> & Pick<Kernels, 'clamp'> {
  // Names are made once: a name put together in every call would have to be looked up by its characters.
  const unary = (name: Unary, least: number): UnaryKernel => {
    const otherwise = fallback[name];
    const [f32, f64] = [`${name}_f32`, `${name}_f64`];
    return (n, x, xOffset, out, outOffset) => {
      const single = areFloat32(x, out);
      if (n < least || n === 0 || !(single || areFloat64(x, out)) || !machine.ready()) {
        otherwise(n, x, xOffset, out, outOffset);
        return;
      }
      runUnary(machine, single ? f32 : f64, n, x as FloatArray, xOffset, out as FloatArray, outOffset);
    };
  }; // prettier-ignore

  const binary = (name: Binary, least: number): BinaryKernel => {
    const otherwise = fallback[name];
    const [f32, f64] = [`${name}_f32`, `${name}_f64`];
    return (rows, cols, a, aOffset, aRow, aCol, b, bOffset, bRow, bCol, out, outOffset) => {
      const n = rows * cols;
      const single = areFloat32(a, out) && isFloat32(b);
      const float = single || (areFloat64(a, out) && isFloat64(b));
      const usual = (aCol === 0 || aCol === 1) && (bCol === 0 || bCol === 1) && (rows === 1 || cols >= 4);
      if (n < least || n === 0 || !float || !usual || !machine.ready()) {
        otherwise(rows, cols, a, aOffset, aRow, aCol, b, bOffset, bRow, bCol, out, outOffset);
        return;
      }
      const left: Operand = { array: a as FloatArray, offset: aOffset, row: aRow, col: aCol };
      const right: Operand = { array: b, offset: bOffset, row: bRow, col: bCol };
      const f = single ? f32 : f64;
      if (rows > 1 && isWhole(left, cols) && isWhole(right, cols))
        runBinary(machine, f, 1, n, left, right, out as FloatArray, outOffset);
      else runBinary(machine, f, rows, cols, left, right, out as FloatArray, outOffset);
    };
  };

  const clamp: Kernels['clamp'] = (n, low, high, x, xOffset, out, outOffset) => {
    const single = areFloat32(x, out);
    const usual = low === low && high === high && (single || areFloat64(x, out));
    if (n < limits.plain || n === 0 || !usual || !machine.ready()) {
      fallback.clamp(n, low, high, x, xOffset, out, outOffset);
      return;
    }
    const f = single ? 'clamp_f32' : 'clamp_f64';
    runUnary(machine, f, n, x as FloatArray, xOffset, out as FloatArray, outOffset, { low, high });
  };

  return {
    clamp,
    ...recordOf(COSTLY, (name) => unary(name, limits.costly)),
    ...recordOf(PLAIN, (name) => unary(name, limits.plain)),
    ...recordOf(COSTLY_PAIRS, (name) => binary(name, limits.costly)),
    ...recordOf(PLAIN_PAIRS, (name) => binary(name, limits.plain)),
  };
}

function runUnary(
  machine: Machine,
  name: string,
  n: number,
  x: FloatArray,
  xOffset: number,
  out: FloatArray,
  outOffset: number,
  bounds?: { readonly low: number; readonly high: number },
): void {
  const size = out.BYTES_PER_ELEMENT;
  const most = min(n, PIECE);
  machine.begin(2 * room(most, size));
  const from = machine.place(room(most, size) - 64);
  const to = machine.place(room(most, size) - 64);
  const run = machine.function(name);
  for (let i = 0; i < n; i += PIECE) {
    const count = min(PIECE, n - i);
    copyIn(machine, x, xOffset + i, count, from);
    if (bounds === undefined) run(count, from, to);
    else run(count, from, to, bounds.low, bounds.high);
    copyOut(machine, to, out, outOffset + i, count);
  }
}

/** One operand of a kernel over rows and columns. */
export interface Operand {
  readonly array: FloatArray | Uint8Array;
  readonly offset: number;
  readonly row: number;
  readonly col: number;
}

const isWhole = ({ row, col }: Operand, cols: number): boolean => col === 1 && row === cols;

/** Copies rows [r, r + rows) from column c on to an address; returns the step from row to row there, in elements. */
export function copyRows(
  machine: Machine,
  { array, offset, row, col }: Operand,
  r: number,
  rows: number,
  c: number,
  cols: number,
  address: number,
): number {
  const start = offset + r * row + c * col;
  if (row === 0 || rows === 1) {
    copyIn(machine, array, start, col === 0 ? 1 : cols, address);
    return 0;
  }
  const memory = memoryLike(machine, array);
  const at = address / array.BYTES_PER_ELEMENT;
  if (col === 0) {
    for (let i = 0; i < rows; i++) memory[at + i] = array[start + i * row];
    return 1;
  }
  if (row === cols) copyIn(machine, array, start, rows * cols, address);
  else
    for (let i = 0; i < rows; i++)
      memory.set(array.subarray(start + i * row, start + i * row + cols), at + i * cols);
  return cols;
}

function runBinary(
  machine: Machine,
  name: string,
  rows: number,
  cols: number,
  a: Operand,
  b: Operand,
  out: FloatArray,
  outOffset: number,
): void {
  const size = out.BYTES_PER_ELEMENT;
  const width = min(cols, PIECE);
  const height = cols > PIECE ? 1 : min(rows, floor(PIECE / cols));
  const bytes = room(width * height, size);
  machine.begin(3 * bytes);
  const pa = machine.place(bytes - 64);
  const pb = machine.place(bytes - 64);
  const to = machine.place(bytes - 64);
  const run = machine.function(name);
  for (let r = 0; r < rows; r += height) {
    const high = min(height, rows - r);
    for (let c = 0; c < cols; c += width) {
      const wide = min(width, cols - c);
      const aStep = copyRows(machine, a, r, high, c, wide, pa);
      const bStep = copyRows(machine, b, r, high, c, wide, pb);
      run(high, wide, pa, aStep * size, a.col, pb, bStep * size, b.col, to);
      copyOut(machine, to, out, outOffset + r * cols + c, high * wide);
    }
  }
}
