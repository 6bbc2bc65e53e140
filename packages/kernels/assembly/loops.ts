// The loops of elementwise kernels. F is a class whose `of` computes one vector of results from one vector of each operand;
// it is made part of the loop, so nothing is called or chosen at run time (its `this` is never read). Two vectors a turn
// share constants, which the compiler lets be read once as long as no store comes between. Buffers are padded by two
// vectors, because the last turn may compute elements nobody reads.

/** out[i] = F(x[i]) for i < n. */
// @ts-ignore: decorator
@inline
export function map<T, F>(n: i32, x: usize, out: usize): void {
  const f = changetype<F>(0);
  const end = x + (<usize>n) * sizeof<T>();
  for (; x < end; x += 32, out += 32) {
    const u = v128.load(x);
    const v = v128.load(x, 16);
    const y = f.of(u);
    const z = f.of(v);
    v128.store(out, y);
    v128.store(out, z, 16);
  }
}

/**
 * out = F(a, b) from `out` to `end`, where the operands advance by a vector or not at all. Plain arithmetic takes one vector a
 * turn, which short rows waste less of.
 */
// @ts-ignore: decorator
@inline
function line<F>(plain: bool, a: usize, aStep: usize, b: usize, bStep: usize, out: usize, end: usize): void {
  const f = changetype<F>(0);
  if (plain) {
    for (; out < end; out += 16, a += aStep, b += bStep) v128.store(out, f.of(v128.load(a), v128.load(b)));
    return;
  }
  for (; out < end; out += 32) {
    const u = v128.load(a);
    const v = v128.load(b);
    const u2 = v128.load(a + aStep);
    const v2 = v128.load(b + bStep);
    const y = f.of(u, v);
    const z = f.of(u2, v2);
    v128.store(out, y);
    v128.store(out, z, 16);
    a += 2 * aStep;
    b += 2 * bStep;
  }
}

/** Scratch for a vector of each operand. */
const LEFT: usize = 512;
const RIGHT: usize = 528;

/** Where a row of an operand is read: where it lies, or in a vector full of its one element. */
// @ts-ignore: decorator
@inline
export function operand<T>(p: usize, col: i32, scratch: usize): usize {
  if (col != 0) return p;
  v128.store(scratch, v128.load_splat<T>(p));
  return scratch;
}

/**
 * out[r, c] = F(a[r, c], b[r, c]), with steps from row to row in bytes; a column step of 0 repeats a row's one element.
 * Where F is `plain`, the layouts that occur most have loops of their own, because reading costs as much as computing.
 */
// @ts-ignore: decorator
@inline
export function zip<T, F>(
  plain: bool, rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  const length = (<usize>cols) * sizeof<T>();
  const aStep: usize = aCol != 0 ? 16 : 0;
  const bStep: usize = bCol != 0 ? 16 : 0;
  for (let r = 0; r < rows; r++) {
    const end = out + length;
    const i = operand<T>(a, aCol, LEFT);
    const j = operand<T>(b, bCol, RIGHT);
    if (plain && (aStep & bStep) != 0) line<F>(plain, i, 16, j, 16, out, end);
    else if (plain && aStep != 0) line<F>(plain, i, 16, j, 0, out, end);
    else line<F>(plain, i, aStep, j, bStep, out, end);
    out = end;
    a += aRow;
    b += bRow;
  }
}
