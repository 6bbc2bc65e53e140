import type { LinalgKernels } from '../linalgKernels.ts';
import type { FloatArray } from '../signatures.ts';
import { completeRows } from './householder.ts';
import { createWorkspace } from './workspace.ts';

// Eigenvalues and singular values by Jacobi's rotations, pair by pair until nothing is left to rotate. Not the fastest
// methods, but the shortest and the most accurate: small singular values come out to full relative precision (Demmel
// and Veselić, "Jacobi's method is more accurate than QR", 1992).

const { abs, floor, log2, max, min, sqrt } = Math;

/** Convergence is quadratic: six to ten sweeps are usual. */
const SWEEPS = 60;
const EPSILON = 2 ** -52;

const matrix = createWorkspace();
const rotations = createWorkspace();
const basis = createWorkspace();
const norms = createWorkspace();

/** p ← c·p − s·q, q ← s·p + c·q, over two rows of n elements. */
function rotate(x: Float64Array, p: number, q: number, n: number, c: number, s: number): void {
  for (let i = 0; i < n; i++) {
    const u = x[p + i];
    const v = x[q + i];
    x[p + i] = c * u - s * v;
    x[q + i] = s * u + c * v;
  }
}

/** The smaller root t of t² + 2ζt = 1: the tangent of the angle that Jacobi turns by. */
function tangent(zeta: number): number {
  return (zeta < 0 ? -1 : 1) / (abs(zeta) + sqrt(1 + zeta * zeta));
}

/** Divides x by a power of two (which rounds nothing) so that its squares are in range; NaN if not all are finite. */
function normalize(x: Float64Array, length: number): number {
  let largest = 0;
  for (let i = 0; i < length; i++) {
    const v = abs(x[i]);
    if (!(v < Infinity)) return NaN;
    largest = max(largest, v);
  }
  if (largest === 0) return 1;
  const scale = 2 ** max(floor(log2(largest)), -1022);
  for (let i = 0; i < length; i++) x[i] /= scale;
  return scale;
}

function identity(n: number, x: Float64Array): Float64Array {
  x.fill(0, 0, n * n);
  for (let i = 0; i < n; i++) x[i * n + i] = 1;
  return x;
}

/** The positions 0…n − 1, by rising key. */
function sorted(n: number, key: (i: number) => number): number[] {
  return Array.from({ length: n }, (_, i) => i).sort((i, j) => key(i) - key(j));
}

export const symmetricEigen: LinalgKernels['symmetricEigen'] = (
  n,
  a,
  aOffset,
  values,
  valuesOffset,
  vectors,
  vectorsOffset,
) => {
  const w = matrix(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) w[i * n + j] = w[j * n + i] = a[aOffset + i * n + j];
  }
  const scale = normalize(w, n * n);
  if (scale !== scale) return false;
  const v = identity(n, rotations(n * n));
  diagonalize(w, n, v);
  sorted(n, (i) => w[i * n + i]).forEach((from, to) => {
    values[valuesOffset + to] = w[from * n + from] * scale;
    for (let i = 0; i < n; i++) vectors[vectorsOffset + i * n + to] = v[from * n + i];
  });
  return true;
};

/** Turns the symmetric w [n, n] until it is diagonal, and the rows of v with it. */
function diagonalize(w: Float64Array, n: number, v: Float64Array): void {
  let total = 0;
  for (let i = 0; i < n * n; i++) total += w[i] * w[i];
  const negligible = (sqrt(total) * EPSILON) / 64;
  for (let sweep = 0, turned = true; turned && sweep < SWEEPS; sweep++) {
    turned = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const coupling = w[p * n + q];
        if (!(abs(coupling) > negligible)) continue;
        turned = true;
        const atP = w[p * n + p];
        const atQ = w[q * n + q];
        const t = tangent((atQ - atP) / (2 * coupling));
        const c = 1 / sqrt(1 + t * t);
        rotate(w, p * n, q * n, n, c, t * c);
        w[p * n + p] = atP - t * coupling;
        w[q * n + q] = atQ + t * coupling;
        w[p * n + q] = w[q * n + p] = 0;
        for (let i = 0; i < n; i++) {
          w[i * n + p] = w[p * n + i];
          w[i * n + q] = w[q * n + i];
        }
        rotate(v, p * n, q * n, n, c, t * c);
      }
    }
  }
}

export const svd: LinalgKernels['svd'] = (m, n, full, a, aOffset, u, uOffset, s, sOffset, vt, vtOffset) => {
  // The rows of w become σ times the longer singular vectors, those of z the shorter ones: z·W = diag(σ)·Y for the
  // wide one, W, of A and Aᵀ.
  const tall = m > n;
  const count = min(m, n);
  const length = max(m, n);
  const kept = full ? length : count;
  const w = matrix(kept * length);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) w[tall ? j * m + i : i * n + j] = a[aOffset + i * n + j];
  }
  const scale = normalize(w, count * length);
  if (scale !== scale) return false;
  const z = identity(count, rotations(count * count));
  orthogonalize(w, count, length, z);

  const sigma = norms(count);
  for (let i = 0; i < count; i++) sigma[i] = sqrt(dot(w, i * length, i * length, length));
  const order = sorted(count, (i) => -sigma[i]);
  const y = basis(kept * length);
  let rank = 0;
  order.forEach((from, to) => {
    if (sigma[from] > 0) rank = to + 1;
    for (let i = 0; i < length; i++) y[to * length + i] = w[from * length + i] / (sigma[from] || 1);
  });
  completeRows(y, rank, kept, length);
  order.forEach((from, to) => (s[sOffset + to] = sigma[from] * scale));

  const uCols = full ? m : count;
  if (tall) {
    transpose(y, kept, m, u, uOffset, uCols);
    order.forEach((from, to) => copyRow(z, from, n, vt, vtOffset + to * n));
  } else {
    order.forEach((from, to) => {
      for (let i = 0; i < m; i++) u[uOffset + i * uCols + to] = z[from * m + i];
    });
    for (let i = 0; i < kept; i++) copyRow(y, i, n, vt, vtOffset + i * n);
  }
  return true;
};

function copyRow(x: Float64Array, row: number, n: number, out: FloatArray, offset: number): void {
  for (let c = 0; c < n; c++) out[offset + c] = x[row * n + c];
}

/** The rows of x [rows, n] as columns of out [n, outCols]. */
function transpose(
  x: Float64Array,
  rows: number,
  n: number,
  out: FloatArray,
  offset: number,
  outCols: number,
): void {
  for (let r = 0; r < rows; r++) for (let c = 0; c < n; c++) out[offset + c * outCols + r] = x[r * n + c];
}

function dot(x: Float64Array, p: number, q: number, n: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += x[p + i] * x[q + i];
  return total;
}

/** Turns the rows of w [count, n] until each is orthogonal to every other, and the rows of z with them. */
function orthogonalize(w: Float64Array, count: number, n: number, z: Float64Array): void {
  const tolerance = EPSILON * sqrt(n);
  for (let sweep = 0, turned = true; turned && sweep < SWEEPS; sweep++) {
    turned = false;
    for (let p = 0; p < count; p++) {
      for (let q = p + 1; q < count; q++) {
        const atP = dot(w, p * n, p * n, n);
        const atQ = dot(w, q * n, q * n, n);
        const coupling = dot(w, p * n, q * n, n);
        if (atP === 0 || atQ === 0 || !(abs(coupling) > tolerance * sqrt(atP) * sqrt(atQ))) continue;
        turned = true;
        const t = tangent((atQ - atP) / (2 * coupling));
        const c = 1 / sqrt(1 + t * t);
        rotate(w, p * n, q * n, n, c, t * c);
        rotate(z, p * count, q * count, count, c, t * c);
      }
    }
  }
}
