// The filters of Winograd's minimal filtering: into 16 matrices, and their gradient back. See winograd.ts.

import { MC } from './gemm';
import { packRows, transpose4 } from './panels';

/** Scratch for 16 vectors, in the first KiB of memory. */
const SQUARE: usize = 64;

/** U = G g Gᵀ for the taps w [rows, depth, 3, 3]: 16 matrices [rows, depth], `plane` bytes apart. */
export function winogradFilters(rows: i32, depth: i32, w: usize, u: usize, plane: usize): void {
  const half = f32x4.splat(0.5);
  for (let r = 0; r < rows; r++) {
    for (let d = 0; d < depth; d += 4) {
      // Four channels at a time, by rows of taps (the fourth lane is the next row's); past the last one in vain.
      for (let s: usize = 0; s < 4; s++) {
        const p = w + s * 36;
        const a = v128.load(p), b = v128.load(p, 12), c = v128.load(p, 24);
        const sum = f32x4.mul(f32x4.add(a, c), half);
        const mid = f32x4.mul(b, half);
        v128.store(SQUARE + s * 16, a);
        v128.store(SQUARE + s * 16, f32x4.add(sum, mid), 64);
        v128.store(SQUARE + s * 16, f32x4.sub(sum, mid), 128);
        v128.store(SQUARE + s * 16, c, 192);
      }
      let to = u;
      for (let i: usize = 0; i < 4; i++) {
        const p = SQUARE + i * 64;
        transpose4(v128.load(p), v128.load(p, 16), v128.load(p, 32), v128.load(p, 48), p, 16);
        const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32);
        const sum = f32x4.mul(f32x4.add(a, c), half);
        const mid = f32x4.mul(b, half);
        v128.store(to, a);
        v128.store(to + plane, f32x4.add(sum, mid));
        v128.store(to + 2 * plane, f32x4.sub(sum, mid));
        v128.store(to + 3 * plane, c);
        to += 4 * plane;
      }
      const count = min(4, depth - d);
      w += <usize>(36 * count);
      u += <usize>(4 * count);
    }
  }
}

/**
 * Packs U as slivers of rows in blocks of MC; or the `adjoint`, [rows, depth] too: its rows are U's columns, and its taps
 * in reverse order, which exchanges the first row and column of a tile with the last.
 */
export function winogradPack(rows: i32, depth: i32, u: usize, plane: usize, adjoint: bool, out: usize): void {
  for (let f = 0; f < 16; f++) {
    let from = f;
    if (adjoint) {
      const i = f >> 2, j = f & 3;
      from = ((i == 0 || i == 3 ? 3 - i : i) << 2) + (j == 0 || j == 3 ? 3 - j : j);
    }
    const p = u + (<usize>from) * plane;
    const down: isize = adjoint ? 4 : depth << 2;
    const across: isize = adjoint ? rows << 2 : 4;
    for (let r = 0; r < rows; r += MC) {
      const high = min(MC, rows - r);
      packRows<f32>(high, depth, p + (<isize>r) * down, down, across, out);
      out += (<usize>(high * depth)) << 2;
    }
  }
}

/** out [rows, depth, 3, 3] = Gᵀ dU G. Returns the greatest magnitude's bits, as winogradOutputs does. */
export function winogradWeights(rows: i32, depth: i32, u: usize, plane: usize, out: usize): u32 {
  const half = f32x4.splat(0.5);
  const first = out;
  for (let r = 0; r < rows; r++) {
    for (let d = 0; d < depth; d += 4) {
      for (let j: usize = 0; j < 4; j++) {
        const p = u + j * plane;
        const a = v128.load(p), b = v128.load(p + 4 * plane), c = v128.load(p + 8 * plane), e = v128.load(p + 12 * plane);
        const sum = f32x4.mul(f32x4.add(b, c), half);
        v128.store(SQUARE + j * 16, f32x4.add(a, sum));
        v128.store(SQUARE + j * 16, f32x4.mul(f32x4.sub(b, c), half), 64);
        v128.store(SQUARE + j * 16, f32x4.add(sum, e), 128);
      }
      for (let i: usize = 0; i < 3; i++) {
        const p = SQUARE + i * 64;
        const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32), e = v128.load(p, 48);
        const sum = f32x4.mul(f32x4.add(b, c), half);
        const low = f32x4.add(a, sum), mid = f32x4.mul(f32x4.sub(b, c), half), high = f32x4.add(sum, e);
        const to = out + i * 12;
        v128.store_lane<f32>(to, low, 0);
        v128.store_lane<f32>(to, mid, 0, 4);
        v128.store_lane<f32>(to, high, 0, 8);
        v128.store_lane<f32>(to, low, 1, 36);
        v128.store_lane<f32>(to, mid, 1, 40);
        v128.store_lane<f32>(to, high, 1, 44);
        v128.store_lane<f32>(to, low, 2, 72);
        v128.store_lane<f32>(to, mid, 2, 76);
        v128.store_lane<f32>(to, high, 2, 80);
        v128.store_lane<f32>(to, low, 3, 108);
        v128.store_lane<f32>(to, mid, 3, 112);
        v128.store_lane<f32>(to, high, 3, 116);
      }
      const count = min(4, depth - d);
      u += <usize>(4 * count);
      out += <usize>(36 * count);
    }
  }
  let most: u32 = 0;
  for (let p = first; p < out; p += 4) most = max(most, load<u32>(p) & 0x7fffffff);
  return most;
}
