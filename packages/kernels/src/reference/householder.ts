import type { LinalgKernels } from '../linalgKernels.ts';
import { createWorkspace } from './workspace.ts';

// A reflection I − tau·v·vᵀ is kept the way LAPACK keeps it: v's first element is 1 and implied, the others lie below
// the diagonal of the column they were made from, in the place of the zeros they make.

const { hypot, min } = Math;

const factor = createWorkspace();
const taus = createWorkspace();
const basis = createWorkspace();
const line = createWorkspace();

/** Turns the rows from j on of x [m, n], columns from `first` on, by reflection j of w [m, wCols]. */
function reflect(
  x: Float64Array,
  m: number,
  n: number,
  first: number,
  w: Float64Array,
  wCols: number,
  j: number,
  tau: number,
): void {
  if (tau === 0) return;
  const sums = line(n);
  for (let c = first; c < n; c++) sums[c] = x[j * n + c];
  for (let i = j + 1; i < m; i++) {
    const v = w[i * wCols + j];
    for (let c = first; c < n; c++) sums[c] += v * x[i * n + c];
  }
  for (let c = first; c < n; c++) x[j * n + c] -= sums[c] *= tau;
  for (let i = j + 1; i < m; i++) {
    const v = w[i * wCols + j];
    for (let c = first; c < n; c++) x[i * n + c] -= v * sums[c];
  }
}

/** Replaces w [m, n] by R and, below its diagonal, the reflections that make it; their factors go to tau. */
function triangularize(w: Float64Array, m: number, n: number, tau: Float64Array): void {
  for (let j = 0; j < min(m, n); j++) {
    let below = 0;
    for (let i = j + 1; i < m; i++) below = hypot(below, w[i * n + j]);
    if (below === 0) {
      tau[j] = 0;
      continue;
    }
    const alpha = w[j * n + j];
    const beta = alpha < 0 ? hypot(alpha, below) : -hypot(alpha, below);
    tau[j] = (beta - alpha) / beta;
    for (let i = j + 1; i < m; i++) w[i * n + j] /= alpha - beta;
    reflect(w, m, n, j + 1, w, n, j, tau[j]);
    w[j * n + j] = beta;
  }
}

/** The first k columns of the product of the reflections of w [m, n]: scratch memory [m, k]. */
function accumulate(w: Float64Array, m: number, n: number, tau: Float64Array, k: number): Float64Array {
  const q = basis(m * k).fill(0, 0, m * k);
  for (let i = 0; i < k; i++) q[i * k + i] = 1;
  for (let j = min(m, n) - 1; j >= 0; j--) reflect(q, m, k, 0, w, n, j, tau[j]);
  return q;
}

export const qr: LinalgKernels['qr'] = (m, n, k, a, aOffset, q, qOffset, r, rOffset) => {
  const w = factor(m * n);
  const tau = taus(min(m, n));
  for (let p = 0; p < m * n; p++) w[p] = a[aOffset + p];
  triangularize(w, m, n, tau);
  for (let i = 0; i < k; i++) {
    for (let c = 0; c < n; c++) r[rOffset + i * n + c] = c < i ? 0 : w[i * n + c];
  }
  if (q === null) return;
  const columns = accumulate(w, m, n, tau, k);
  for (let p = 0; p < m * k; p++) q[qOffset + p] = columns[p];
};

/** Fills rows from `have` to `want` of x [want, n], so that all of them are orthonormal; the first ones are already. */
export function completeRows(x: Float64Array, have: number, want: number, n: number): void {
  if (have === want) return;
  const w = factor(n * have);
  const tau = taus(have);
  for (let i = 0; i < have; i++) for (let c = 0; c < n; c++) w[c * have + i] = x[i * n + c];
  triangularize(w, n, have, tau);
  const columns = accumulate(w, n, have, tau, want);
  for (let i = have; i < want; i++) for (let c = 0; c < n; c++) x[i * n + c] = columns[c * want + i];
}
