// Activation functions and their gradients, float32, laid out as in pointwise.ts. Computing costs so much more than
// reading that operands of one element a row are read again and again, from a vector that is full of it.

import { gelu32, geluGrad32, geluTanh32, geluTanhGrad32, logaddexp32, silu32, siluGrad32 } from './functions';

/** Scratch for a vector of each operand. */
const LEFT: usize = 512;
const RIGHT: usize = 528;

/** Where a row of an operand is read: where it lies, or in a vector full of its one element. */
// @ts-ignore: decorator
@inline
function operand(p: usize, col: i32, scratch: usize): usize {
  if (col != 0) return p;
  v128.store(scratch, v128.load32_splat(p));
  return scratch;
}

export function gelu_f32(n: i32, x: usize, out: usize): void {
  const end = x + ((<usize>n) << 2);
  for (; x < end; x += 16, out += 16) v128.store(out, gelu32(v128.load(x)));
}

export function geluTanh_f32(n: i32, x: usize, out: usize): void {
  const end = x + ((<usize>n) << 2);
  for (; x < end; x += 16, out += 16) v128.store(out, geluTanh32(v128.load(x)));
}

export function silu_f32(n: i32, x: usize, out: usize): void {
  const end = x + ((<usize>n) << 2);
  for (; x < end; x += 16, out += 16) v128.store(out, silu32(v128.load(x)));
}

export function geluGrad_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  const length = (<usize>cols) << 2;
  for (let r = 0; r < rows; r++) {
    const end = out + length;
    let i = operand(a, aCol, LEFT);
    let j = operand(b, bCol, RIGHT);
    for (; out < end; out += 16) {
      v128.store(out, geluGrad32(v128.load(i), v128.load(j)));
      i += aCol != 0 ? 16 : 0;
      j += bCol != 0 ? 16 : 0;
    }
    out = end;
    a += aRow;
    b += bRow;
  }
}

export function geluTanhGrad_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  const length = (<usize>cols) << 2;
  for (let r = 0; r < rows; r++) {
    const end = out + length;
    let i = operand(a, aCol, LEFT);
    let j = operand(b, bCol, RIGHT);
    for (; out < end; out += 16) {
      v128.store(out, geluTanhGrad32(v128.load(i), v128.load(j)));
      i += aCol != 0 ? 16 : 0;
      j += bCol != 0 ? 16 : 0;
    }
    out = end;
    a += aRow;
    b += bRow;
  }
}

export function siluGrad_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  const length = (<usize>cols) << 2;
  for (let r = 0; r < rows; r++) {
    const end = out + length;
    let i = operand(a, aCol, LEFT);
    let j = operand(b, bCol, RIGHT);
    for (; out < end; out += 16) {
      v128.store(out, siluGrad32(v128.load(i), v128.load(j)));
      i += aCol != 0 ? 16 : 0;
      j += bCol != 0 ? 16 : 0;
    }
    out = end;
    a += aRow;
    b += bRow;
  }
}

export function logaddexp_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  const length = (<usize>cols) << 2;
  for (let r = 0; r < rows; r++) {
    const end = out + length;
    let i = operand(a, aCol, LEFT);
    let j = operand(b, bCol, RIGHT);
    for (; out < end; out += 16) {
      v128.store(out, logaddexp32(v128.load(i), v128.load(j)));
      i += aCol != 0 ? 16 : 0;
      j += bCol != 0 ? 16 : 0;
    }
    out = end;
    a += aRow;
    b += bRow;
  }
}
