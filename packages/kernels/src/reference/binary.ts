import type { BinaryKernel, WhereKernel } from '../signatures.ts';

const { LN2, abs, atan2: atan2Of, exp, floor, hypot: hypotOf, imul, log1p, pow: powOf, trunc } = Math;

// One loop serves every layout: measured, walking both operands at a stride costs no more than a loop written for
// contiguous ones. As in unary.ts, hot functions have loops of their own and the rest share one. `a0`, `b0` and `out0`
// are the operands' offsets.

function binary(f: (a: number, b: number) => number): BinaryKernel {
  return (rows, cols, a, a0, aRow, aCol, b, b0, bRow, bCol, out, out0) => {
    let o = out0;
    for (let r = 0; r < rows; r++) {
      let p = a0 + r * aRow;
      let q = b0 + r * bRow;
      for (let c = 0; c < cols; c++, p += aCol, q += bCol) out[o++] = f(a[p], b[q]);
    }
  };
}

/** Two slots to choose from by index, `choice[+condition]`, where a branch would be taken at random. */
const choice = new Float64Array(2);

export const add: BinaryKernel = (rows, cols, a, a0, aRow, aCol, b, b0, bRow, bCol, out, out0) => {
  let o = out0;
  for (let r = 0; r < rows; r++) {
    let p = a0 + r * aRow;
    let q = b0 + r * bRow;
    for (let c = 0; c < cols; c++, p += aCol, q += bCol) out[o++] = a[p] + b[q];
  }
};
export const sub: BinaryKernel = (rows, cols, a, a0, aRow, aCol, b, b0, bRow, bCol, out, out0) => {
  let o = out0;
  for (let r = 0; r < rows; r++) {
    let p = a0 + r * aRow;
    let q = b0 + r * bRow;
    for (let c = 0; c < cols; c++, p += aCol, q += bCol) out[o++] = a[p] - b[q];
  }
};
const mulFloat: BinaryKernel = (rows, cols, a, a0, aRow, aCol, b, b0, bRow, bCol, out, out0) => {
  let o = out0;
  for (let r = 0; r < rows; r++) {
    let p = a0 + r * aRow;
    let q = b0 + r * bRow;
    for (let c = 0; c < cols; c++, p += aCol, q += bCol) out[o++] = a[p] * b[q];
  }
};
const mulInteger = binary(imul);
/** A product of two 32-bit integers can exceed 2⁵³, so integers are multiplied modulo 2³². */
export const mul: BinaryKernel = (rows, cols, a, a0, aRow, aCol, b, b0, bRow, bCol, out, out0) => {
  const product = out instanceof Int32Array ? mulInteger : mulFloat;
  product(rows, cols, a, a0, aRow, aCol, b, b0, bRow, bCol, out, out0);
};
export const div: BinaryKernel = (rows, cols, a, a0, aRow, aCol, b, b0, bRow, bCol, out, out0) => {
  let o = out0;
  for (let r = 0; r < rows; r++) {
    let p = a0 + r * aRow;
    let q = b0 + r * bRow;
    for (let c = 0; c < cols; c++, p += aCol, q += bCol) out[o++] = a[p] / b[q];
  }
};

/**
 * ⌊a / b⌋ as Python and PyTorch compute it: from the exact remainder, so that a quotient just below an integer is not
 * first rounded up to it.
 */
export const floorDivide = binary((a, b) => {
  if (b === 0) return a / b;
  const rest = a % b;
  let quotient = (a - rest) / b;
  if (rest !== 0 && rest < 0 !== b < 0) quotient -= 1;
  if (quotient === 0) return 0 * (a / b); // Zero, with the quotient's sign.
  const whole = floor(quotient);
  return quotient - whole > 0.5 ? whole + 1 : whole;
});
export const truncDivide = binary((a, b) => trunc(a / b));
export const fmod = binary((a, b) => a % b);
export const remainder = binary((a, b) => {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
});

/** IEEE pow. JavaScript's differs where the base is ±1 and the exponent infinite, and where it is 1 and NaN. */
const powFloat = binary((a, b) => {
  if (b === 2) return a * a;
  return a === 1 || (a === -1 && abs(b) === Infinity) ? 1 : powOf(a, b);
});
/** Integer power modulo 2³² by repeated squaring; a negative exponent gives the reciprocal, truncated. */
const powInteger = binary((a, b) => {
  if (b < 0) return trunc(powOf(a, b));
  let power = 1;
  for (let base = a, rest = b; rest > 0; rest >>= 1, base = imul(base, base)) {
    if ((rest & 1) === 1) power = imul(power, base);
  }
  return power;
});
export const pow: BinaryKernel = (rows, cols, a, a0, aRow, aCol, b, b0, bRow, bCol, out, out0) => {
  const power = out instanceof Int32Array || out instanceof Uint8Array ? powInteger : powFloat;
  power(rows, cols, a, a0, aRow, aCol, b, b0, bRow, bCol, out, out0);
};
export const atan2 = binary(atan2Of);
export const hypot = binary((a, b) => hypotOf(a, b));
export const copysign = binary((a, b) => (b < 0 || 1 / b < 0 ? -abs(a) : abs(a)));
export const logaddexp = binary((a, b) => (a === b ? a + LN2 : (a > b ? a : b) + log1p(exp(-abs(a - b)))));

export const maximum: BinaryKernel = (rows, cols, a, a0, aRow, aCol, b, b0, bRow, bCol, out, out0) => {
  let o = out0;
  for (let r = 0; r < rows; r++) {
    let p = a0 + r * aRow;
    let q = b0 + r * bRow;
    for (let c = 0; c < cols; c++, p += aCol, q += bCol) {
      choice[0] = b[q];
      choice[1] = a[p];
      out[o++] = choice[+(a[p] > b[q]) | +(a[p] !== a[p])];
    }
  }
};
export const minimum: BinaryKernel = (rows, cols, a, a0, aRow, aCol, b, b0, bRow, bCol, out, out0) => {
  let o = out0;
  for (let r = 0; r < rows; r++) {
    let p = a0 + r * aRow;
    let q = b0 + r * bRow;
    for (let c = 0; c < cols; c++, p += aCol, q += bCol) {
      choice[0] = b[q];
      choice[1] = a[p];
      out[o++] = choice[+(a[p] < b[q]) | +(a[p] !== a[p])];
    }
  }
};

export const reluGrad: BinaryKernel = (rows, cols, a, a0, aRow, aCol, b, b0, bRow, bCol, out, out0) => {
  choice[0] = 0;
  let o = out0;
  for (let r = 0; r < rows; r++) {
    let p = a0 + r * aRow;
    let q = b0 + r * bRow;
    for (let c = 0; c < cols; c++, p += aCol, q += bCol) {
      choice[1] = a[p];
      out[o++] = choice[+!(b[q] <= 0)];
    }
  }
};
export const sigmoidGrad: BinaryKernel = (rows, cols, a, a0, aRow, aCol, b, b0, bRow, bCol, out, out0) => {
  let o = out0;
  for (let r = 0; r < rows; r++) {
    let p = a0 + r * aRow;
    let q = b0 + r * bRow;
    for (let c = 0; c < cols; c++, p += aCol, q += bCol) out[o++] = a[p] * b[q] * (1 - b[q]);
  }
};
export const tanhGrad: BinaryKernel = (rows, cols, a, a0, aRow, aCol, b, b0, bRow, bCol, out, out0) => {
  let o = out0;
  for (let r = 0; r < rows; r++) {
    let p = a0 + r * aRow;
    let q = b0 + r * bRow;
    for (let c = 0; c < cols; c++, p += aCol, q += bCol) out[o++] = a[p] * (1 - b[q] * b[q]);
  }
};

export const eq = binary((a, b) => (a === b ? 1 : 0));
export const ne = binary((a, b) => (a !== b ? 1 : 0));
export const lt = binary((a, b) => (a < b ? 1 : 0));
export const le = binary((a, b) => (a <= b ? 1 : 0));
export const gt = binary((a, b) => (a > b ? 1 : 0));
export const ge = binary((a, b) => (a >= b ? 1 : 0));
export const logicalAnd = binary((a, b) => (a !== 0 && b !== 0 ? 1 : 0));
export const logicalOr = binary((a, b) => (a !== 0 || b !== 0 ? 1 : 0));
export const logicalXor = binary((a, b) => ((a !== 0) !== (b !== 0) ? 1 : 0));

export const where: WhereKernel = (
  rows,
  cols,
  cond,
  cond0,
  condRow,
  condCol,
  a,
  a0,
  aRow,
  aCol,
  b,
  b0,
  bRow,
  bCol,
  out,
  out0,
) => {
  let o = out0;
  for (let r = 0; r < rows; r++) {
    let s = cond0 + r * condRow;
    let p = a0 + r * aRow;
    let q = b0 + r * bRow;
    for (let c = 0; c < cols; c++, s += condCol, p += aCol, q += bCol) {
      choice[0] = b[q];
      choice[1] = a[p];
      out[o++] = choice[+(cond[s] !== 0)];
    }
  }
};
