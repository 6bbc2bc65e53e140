// Elementwise kernels. Buffers are padded by two vectors, so the last ones may compute elements nobody reads. Functions of
// many constants take two vectors in a turn, so that the engine builds each constant once for both (erf has too many).

import { exp32, erf32, log32, sigmoid32, tanh32 } from './functions';
import { splat32, zero } from './vector';

export function exp_f32(n: i32, x: usize, out: usize): void {
  const end = x + ((<usize>n) << 2);
  for (; x < end; x += 32, out += 32) {
    const u = v128.load(x);
    const v = v128.load(x, 16);
    v128.store(out, exp32(u));
    v128.store(out, exp32(v), 16);
  }
}
export function log_f32(n: i32, x: usize, out: usize): void {
  const end = x + ((<usize>n) << 2);
  for (; x < end; x += 32, out += 32) {
    const u = v128.load(x);
    const v = v128.load(x, 16);
    v128.store(out, log32(u));
    v128.store(out, log32(v), 16);
  }
}
export function tanh_f32(n: i32, x: usize, out: usize): void {
  const end = x + ((<usize>n) << 2);
  for (; x < end; x += 32, out += 32) {
    const u = v128.load(x);
    const v = v128.load(x, 16);
    v128.store(out, tanh32(u));
    v128.store(out, tanh32(v), 16);
  }
}
export function sigmoid_f32(n: i32, x: usize, out: usize): void {
  const end = x + ((<usize>n) << 2);
  for (; x < end; x += 32, out += 32) {
    const u = v128.load(x);
    const v = v128.load(x, 16);
    v128.store(out, sigmoid32(u));
    v128.store(out, sigmoid32(v), 16);
  }
}
export function erf_f32(n: i32, x: usize, out: usize): void {
  const end = x + ((<usize>n) << 2);
  for (; x < end; x += 16, out += 16) {
    const v = v128.load(x);
    v128.store(out, erf32(v));
  }
}
function relu<T>(n: i32, x: usize, out: usize): void {
  const end = x + (<usize>n) * sizeof<T>();
  for (; x < end; x += 16, out += 16) {
    const v = v128.load(x);
    v128.store(out, v128.andnot(v, v128.le<T>(v, zero())));
  }
}
export function relu_f32(n: i32, x: usize, out: usize): void {
  relu<f32>(n, x, out);
}
export function relu_f64(n: i32, x: usize, out: usize): void {
  relu<f64>(n, x, out);
}
function neg<T>(n: i32, x: usize, out: usize): void {
  const end = x + (<usize>n) * sizeof<T>();
  for (; x < end; x += 16, out += 16) {
    const v = v128.load(x);
    v128.store(out, v128.neg<T>(v));
  }
}
export function neg_f32(n: i32, x: usize, out: usize): void {
  neg<f32>(n, x, out);
}
export function neg_f64(n: i32, x: usize, out: usize): void {
  neg<f64>(n, x, out);
}
function abs<T>(n: i32, x: usize, out: usize): void {
  const end = x + (<usize>n) * sizeof<T>();
  for (; x < end; x += 16, out += 16) {
    const v = v128.load(x);
    v128.store(out, v128.abs<T>(v));
  }
}
export function abs_f32(n: i32, x: usize, out: usize): void {
  abs<f32>(n, x, out);
}
export function abs_f64(n: i32, x: usize, out: usize): void {
  abs<f64>(n, x, out);
}
function square<T>(n: i32, x: usize, out: usize): void {
  const end = x + (<usize>n) * sizeof<T>();
  for (; x < end; x += 16, out += 16) {
    const v = v128.load(x);
    v128.store(out, v128.mul<T>(v, v));
  }
}
export function square_f32(n: i32, x: usize, out: usize): void {
  square<f32>(n, x, out);
}
export function square_f64(n: i32, x: usize, out: usize): void {
  square<f64>(n, x, out);
}
function sqrt<T>(n: i32, x: usize, out: usize): void {
  const end = x + (<usize>n) * sizeof<T>();
  for (; x < end; x += 16, out += 16) {
    const v = v128.load(x);
    v128.store(out, v128.sqrt<T>(v));
  }
}
export function sqrt_f32(n: i32, x: usize, out: usize): void {
  sqrt<f32>(n, x, out);
}
export function sqrt_f64(n: i32, x: usize, out: usize): void {
  sqrt<f64>(n, x, out);
}
function reciprocal<T>(n: i32, x: usize, out: usize): void {
  const end = x + (<usize>n) * sizeof<T>();
  for (; x < end; x += 16, out += 16) {
    const v = v128.load(x);
    v128.store(out, v128.div<T>(v128.splat<T>(1), v));
  }
}
export function reciprocal_f32(n: i32, x: usize, out: usize): void {
  reciprocal<f32>(n, x, out);
}
export function reciprocal_f64(n: i32, x: usize, out: usize): void {
  reciprocal<f64>(n, x, out);
}
/** Rows of a and b, steps from row to row in bytes; a column step of 0 repeats a row's one element. */
function add<T>(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  const length = (<usize>cols) * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    const end = out + length;
    let q = out;
    let i: usize = a;
    let j: usize = b;
    if (aCol != 0 && bCol != 0) {
      for (; q < end; q += 16, i += 16, j += 16) {
        const u = v128.load(i);
        const v = v128.load(j);
        v128.store(q, v128.add<T>(u, v));
      }
    } else if (aCol != 0) {
      const v = v128.load_splat<T>(j);
      for (; q < end; q += 16, i += 16) {
        const u = v128.load(i);
        v128.store(q, v128.add<T>(u, v));
      }
    } else if (bCol != 0) {
      const u = v128.load_splat<T>(i);
      for (; q < end; q += 16, j += 16) {
        const v = v128.load(j);
        v128.store(q, v128.add<T>(u, v));
      }
    } else {
      const u = v128.load_splat<T>(i);
      const v = v128.load_splat<T>(j);
      const w = v128.add<T>(u, v);
      for (; q < end; q += 16) v128.store(q, w);
    }
    out = end;
    a += aRow;
    b += bRow;
  }
}
export function add_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  add<f32>(rows, cols, a, aRow, aCol, b, bRow, bCol, out);
}
export function add_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  add<f64>(rows, cols, a, aRow, aCol, b, bRow, bCol, out);
}
/** Rows of a and b, steps from row to row in bytes; a column step of 0 repeats a row's one element. */
function sub<T>(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  const length = (<usize>cols) * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    const end = out + length;
    let q = out;
    let i: usize = a;
    let j: usize = b;
    if (aCol != 0 && bCol != 0) {
      for (; q < end; q += 16, i += 16, j += 16) {
        const u = v128.load(i);
        const v = v128.load(j);
        v128.store(q, v128.sub<T>(u, v));
      }
    } else if (aCol != 0) {
      const v = v128.load_splat<T>(j);
      for (; q < end; q += 16, i += 16) {
        const u = v128.load(i);
        v128.store(q, v128.sub<T>(u, v));
      }
    } else if (bCol != 0) {
      const u = v128.load_splat<T>(i);
      for (; q < end; q += 16, j += 16) {
        const v = v128.load(j);
        v128.store(q, v128.sub<T>(u, v));
      }
    } else {
      const u = v128.load_splat<T>(i);
      const v = v128.load_splat<T>(j);
      const w = v128.sub<T>(u, v);
      for (; q < end; q += 16) v128.store(q, w);
    }
    out = end;
    a += aRow;
    b += bRow;
  }
}
export function sub_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  sub<f32>(rows, cols, a, aRow, aCol, b, bRow, bCol, out);
}
export function sub_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  sub<f64>(rows, cols, a, aRow, aCol, b, bRow, bCol, out);
}
/** Rows of a and b, steps from row to row in bytes; a column step of 0 repeats a row's one element. */
function mul<T>(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  const length = (<usize>cols) * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    const end = out + length;
    let q = out;
    let i: usize = a;
    let j: usize = b;
    if (aCol != 0 && bCol != 0) {
      for (; q < end; q += 16, i += 16, j += 16) {
        const u = v128.load(i);
        const v = v128.load(j);
        v128.store(q, v128.mul<T>(u, v));
      }
    } else if (aCol != 0) {
      const v = v128.load_splat<T>(j);
      for (; q < end; q += 16, i += 16) {
        const u = v128.load(i);
        v128.store(q, v128.mul<T>(u, v));
      }
    } else if (bCol != 0) {
      const u = v128.load_splat<T>(i);
      for (; q < end; q += 16, j += 16) {
        const v = v128.load(j);
        v128.store(q, v128.mul<T>(u, v));
      }
    } else {
      const u = v128.load_splat<T>(i);
      const v = v128.load_splat<T>(j);
      const w = v128.mul<T>(u, v);
      for (; q < end; q += 16) v128.store(q, w);
    }
    out = end;
    a += aRow;
    b += bRow;
  }
}
export function mul_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  mul<f32>(rows, cols, a, aRow, aCol, b, bRow, bCol, out);
}
export function mul_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  mul<f64>(rows, cols, a, aRow, aCol, b, bRow, bCol, out);
}
/** Rows of a and b, steps from row to row in bytes; a column step of 0 repeats a row's one element. */
function div<T>(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  const length = (<usize>cols) * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    const end = out + length;
    let q = out;
    let i: usize = a;
    let j: usize = b;
    if (aCol != 0 && bCol != 0) {
      for (; q < end; q += 16, i += 16, j += 16) {
        const u = v128.load(i);
        const v = v128.load(j);
        v128.store(q, v128.div<T>(u, v));
      }
    } else if (aCol != 0) {
      const v = v128.load_splat<T>(j);
      for (; q < end; q += 16, i += 16) {
        const u = v128.load(i);
        v128.store(q, v128.div<T>(u, v));
      }
    } else if (bCol != 0) {
      const u = v128.load_splat<T>(i);
      for (; q < end; q += 16, j += 16) {
        const v = v128.load(j);
        v128.store(q, v128.div<T>(u, v));
      }
    } else {
      const u = v128.load_splat<T>(i);
      const v = v128.load_splat<T>(j);
      const w = v128.div<T>(u, v);
      for (; q < end; q += 16) v128.store(q, w);
    }
    out = end;
    a += aRow;
    b += bRow;
  }
}
export function div_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  div<f32>(rows, cols, a, aRow, aCol, b, bRow, bCol, out);
}
export function div_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  div<f64>(rows, cols, a, aRow, aCol, b, bRow, bCol, out);
}
/** Rows of a and b, steps from row to row in bytes; a column step of 0 repeats a row's one element. */
function reluGrad<T>(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  const length = (<usize>cols) * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    const end = out + length;
    let q = out;
    let i: usize = a;
    let j: usize = b;
    if (aCol != 0 && bCol != 0) {
      for (; q < end; q += 16, i += 16, j += 16) {
        const u = v128.load(i);
        const v = v128.load(j);
        v128.store(q, v128.andnot(u, v128.le<T>(v, zero())));
      }
    } else if (aCol != 0) {
      const v = v128.load_splat<T>(j);
      for (; q < end; q += 16, i += 16) {
        const u = v128.load(i);
        v128.store(q, v128.andnot(u, v128.le<T>(v, zero())));
      }
    } else if (bCol != 0) {
      const u = v128.load_splat<T>(i);
      for (; q < end; q += 16, j += 16) {
        const v = v128.load(j);
        v128.store(q, v128.andnot(u, v128.le<T>(v, zero())));
      }
    } else {
      const u = v128.load_splat<T>(i);
      const v = v128.load_splat<T>(j);
      const w = v128.andnot(u, v128.le<T>(v, zero()));
      for (; q < end; q += 16) v128.store(q, w);
    }
    out = end;
    a += aRow;
    b += bRow;
  }
}
export function reluGrad_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  reluGrad<f32>(rows, cols, a, aRow, aCol, b, bRow, bCol, out);
}
export function reluGrad_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  reluGrad<f64>(rows, cols, a, aRow, aCol, b, bRow, bCol, out);
}
/** Rows of a and b, steps from row to row in bytes; a column step of 0 repeats a row's one element. */
function sigmoidGrad<T>(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  const length = (<usize>cols) * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    const end = out + length;
    let q = out;
    let i: usize = a;
    let j: usize = b;
    if (aCol != 0 && bCol != 0) {
      for (; q < end; q += 16, i += 16, j += 16) {
        const u = v128.load(i);
        const v = v128.load(j);
        v128.store(q, v128.mul<T>(v128.mul<T>(u, v), v128.sub<T>(v128.splat<T>(1), v)));
      }
    } else if (aCol != 0) {
      const v = v128.load_splat<T>(j);
      for (; q < end; q += 16, i += 16) {
        const u = v128.load(i);
        v128.store(q, v128.mul<T>(v128.mul<T>(u, v), v128.sub<T>(v128.splat<T>(1), v)));
      }
    } else if (bCol != 0) {
      const u = v128.load_splat<T>(i);
      for (; q < end; q += 16, j += 16) {
        const v = v128.load(j);
        v128.store(q, v128.mul<T>(v128.mul<T>(u, v), v128.sub<T>(v128.splat<T>(1), v)));
      }
    } else {
      const u = v128.load_splat<T>(i);
      const v = v128.load_splat<T>(j);
      const w = v128.mul<T>(v128.mul<T>(u, v), v128.sub<T>(v128.splat<T>(1), v));
      for (; q < end; q += 16) v128.store(q, w);
    }
    out = end;
    a += aRow;
    b += bRow;
  }
}
export function sigmoidGrad_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  sigmoidGrad<f32>(rows, cols, a, aRow, aCol, b, bRow, bCol, out);
}
export function sigmoidGrad_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  sigmoidGrad<f64>(rows, cols, a, aRow, aCol, b, bRow, bCol, out);
}
/** Rows of a and b, steps from row to row in bytes; a column step of 0 repeats a row's one element. */
function tanhGrad<T>(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  const length = (<usize>cols) * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    const end = out + length;
    let q = out;
    let i: usize = a;
    let j: usize = b;
    if (aCol != 0 && bCol != 0) {
      for (; q < end; q += 16, i += 16, j += 16) {
        const u = v128.load(i);
        const v = v128.load(j);
        v128.store(q, v128.mul<T>(u, v128.sub<T>(v128.splat<T>(1), v128.mul<T>(v, v))));
      }
    } else if (aCol != 0) {
      const v = v128.load_splat<T>(j);
      for (; q < end; q += 16, i += 16) {
        const u = v128.load(i);
        v128.store(q, v128.mul<T>(u, v128.sub<T>(v128.splat<T>(1), v128.mul<T>(v, v))));
      }
    } else if (bCol != 0) {
      const u = v128.load_splat<T>(i);
      for (; q < end; q += 16, j += 16) {
        const v = v128.load(j);
        v128.store(q, v128.mul<T>(u, v128.sub<T>(v128.splat<T>(1), v128.mul<T>(v, v))));
      }
    } else {
      const u = v128.load_splat<T>(i);
      const v = v128.load_splat<T>(j);
      const w = v128.mul<T>(u, v128.sub<T>(v128.splat<T>(1), v128.mul<T>(v, v)));
      for (; q < end; q += 16) v128.store(q, w);
    }
    out = end;
    a += aRow;
    b += bRow;
  }
}
export function tanhGrad_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  tanhGrad<f32>(rows, cols, a, aRow, aCol, b, bRow, bCol, out);
}
export function tanhGrad_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  tanhGrad<f64>(rows, cols, a, aRow, aCol, b, bRow, bCol, out);
}
