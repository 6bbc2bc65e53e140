import type { LinalgKernels } from '../linalgKernels.ts';
import type { FloatArray } from '../signatures.ts';
import { createWorkspace } from './workspace.ts';

// Elimination and substitution. Every inner loop runs along a row of the row-major scratch copy.

const { abs, min, sqrt } = Math;

const matrix = createWorkspace();
const solution = createWorkspace();

/** Copies `length` elements into scratch memory. */
function load(x: FloatArray, offset: number, length: number, into: Float64Array): void {
  for (let i = 0; i < length; i++) into[i] = x[offset + i];
}

function store(from: Float64Array, length: number, out: FloatArray, offset: number): void {
  for (let i = 0; i < length; i++) out[offset + i] = from[i];
}

export const lu: LinalgKernels['lu'] = (m, n, a, aOffset, out, outOffset, pivots, pivotsOffset) => {
  const w = matrix(m * n);
  load(a, aOffset, m * n, w);
  let zero = 0;
  for (let j = 0; j < min(m, n); j++) {
    let best = j;
    for (let i = j + 1; i < m; i++) if (abs(w[i * n + j]) > abs(w[best * n + j])) best = i;
    pivots[pivotsOffset + j] = best + 1;
    if (best !== j) exchange(w, j * n, best * n, n);
    const pivot = w[j * n + j];
    if (pivot === 0) {
      if (zero === 0) zero = j + 1;
      continue;
    }
    for (let i = j + 1; i < m; i++) {
      const factor = (w[i * n + j] /= pivot);
      if (factor !== 0) for (let c = j + 1; c < n; c++) w[i * n + c] -= factor * w[j * n + c];
    }
  }
  store(w, m * n, out, outOffset);
  return zero;
};

function exchange(w: Float64Array, p: number, q: number, n: number): void {
  for (let c = 0; c < n; c++) {
    const held = w[p + c];
    w[p + c] = w[q + c];
    w[q + c] = held;
  }
}

export const cholesky: LinalgKernels['cholesky'] = (n, a, aOffset, out, outOffset) => {
  const w = matrix(n * n).fill(0, 0, n * n);
  let failed = 0;
  for (let i = 0; i < n && failed === 0; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = a[aOffset + i * n + j];
      for (let k = 0; k < j; k++) rest -= w[i * n + k] * w[j * n + k];
      if (j < i) w[i * n + j] = rest / w[j * n + j];
      // Written so that NaN fails too.
      else if (rest > 0) w[i * n + i] = sqrt(rest);
      else failed = i + 1;
    }
  }
  store(w, n * n, out, outOffset);
  return failed;
};

export const solveTriangular: LinalgKernels['solveTriangular'] = (
  n,
  k,
  upper,
  unitriangular,
  a,
  aOffset,
  aRow,
  aCol,
  b,
  bOffset,
  out,
  outOffset,
) => {
  const x = solution(n * k);
  load(b, bOffset, n * k, x);
  for (let step = 0; step < n; step++) {
    const i = upper ? n - 1 - step : step;
    for (let s = 0; s < step; s++) {
      const j = upper ? n - 1 - s : s;
      const factor = a[aOffset + i * aRow + j * aCol];
      if (factor !== 0) for (let c = 0; c < k; c++) x[i * k + c] -= factor * x[j * k + c];
    }
    if (unitriangular) continue;
    const pivot = a[aOffset + i * (aRow + aCol)];
    for (let c = 0; c < k; c++) x[i * k + c] /= pivot;
  }
  store(x, n * k, out, outOffset);
};
