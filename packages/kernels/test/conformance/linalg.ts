import { FLOATS, Region, withinRoundoff } from './check.ts';
import type { ArrayType, Check, Random } from './check.ts';
import type { FloatArray } from '../../src/index.ts';

// A factorisation is right if its factors have their shape (triangular, orthogonal) and their product is the matrix.

const { max, min } = Math;

const SIZES = [[0, 0], [0, 3], [3, 0], [1, 1], [2, 2], [5, 3], [3, 5], [7, 7], [12, 4]] as const; // prettier-ignore
const SQUARE = [0, 1, 2, 3, 7, 12] as const;

type Matrix = ArrayLike<number>;

/** A·B for A [m, k] and B [k, n]. */
function times(a: Matrix, b: Matrix, m: number, k: number, n: number): number[] {
  return Array.from({ length: m * n }, (_, p) => {
    const [i, j] = [Math.floor(p / n), p % n];
    let total = 0;
    for (let d = 0; d < k; d++) total += a[i * k + d] * b[d * n + j];
    return total;
  });
}

const transposed = (a: Matrix, m: number, n: number): number[] =>
  Array.from({ length: m * n }, (_, p) => a[(p % m) * n + Math.floor(p / m)]);

const identity = (n: number): number[] =>
  Array.from({ length: n * n }, (_, p) => (p % (n + 1) === 0 ? 1 : 0));

const diagonal = (values: Matrix, m: number, n: number): number[] =>
  Array.from({ length: m * n }, (_, p) => (Math.floor(p / n) === p % n ? values[p % n] : 0));

/** The part of an [m, n] matrix where `keeps` is true; zeros elsewhere. */
const part = (a: Matrix, m: number, n: number, keeps: (i: number, j: number) => boolean): number[] =>
  Array.from({ length: m * n }, (_, p) => (keeps(Math.floor(p / n), p % n) ? a[p] : 0));

/** Throws unless two matrices agree up to the roundings of the type. */
function mustAgree(what: string, actual: Matrix, expected: Matrix, type: ArrayType): void {
  const scale = max(1, ...Array.from(expected, Math.abs));
  const close = withinRoundoff(200, scale);
  for (let i = 0; i < expected.length; i++) {
    if (!close(actual[i], expected[i], type, i))
      throw new Error(`${what}: element ${i} is ${actual[i]}, not ${expected[i]} (${type.name})`);
  }
}

/** Throws unless what was written lies inside each region. */
function mustStayInside(...regions: readonly Region[]): void {
  for (const region of regions) region.mustHold(region.values);
}

/** Random matrices, among them some of rank 1 and some of zeros. */
function someMatrix(type: ArrayType, m: number, n: number, random: Random): Region {
  const kind = random.integer(0, 5);
  const [u, v] = [random.uniforms(m, -1, 1), random.uniforms(n, -1, 1)];
  const values = Array.from({ length: m * n }, (_, p) =>
    kind === 0 ? 0 : kind === 1 ? u[Math.floor(p / n)] * v[p % n] : random.uniform(-1, 1),
  );
  return new Region(type, m * n, random, values);
}

/** Runs a check for every size and type, several times. */
function each<T>(sizes: readonly T[], run: (size: T, type: ArrayType) => void): void {
  for (const type of FLOATS) for (const size of sizes) for (let i = 0; i < 6; i++) run(size, type);
}

export const linalgConformance: readonly Check[] = [
  {
    kernel: 'lu',
    title: 'makes triangular factors of a matrix with its rows exchanged, none greater than 1 in L',
    run: (kernels, random) =>
      each(SIZES, ([m, n], type) => {
        const k = min(m, n);
        const a = new Region(type, m * n, random, random.uniforms(m * n, -1, 1));
        const out = new Region(type, m * n, random);
        const pivots = new Region(Int32Array, k, random);
        const zero = kernels.lu(
          m,
          n,
          floats(a),
          a.offset,
          floats(out),
          out.offset,
          int32(pivots),
          pivots.offset,
        );
        const left = Array.from({ length: m * k }, (_, p) => {
          const [i, j] = [Math.floor(p / k), p % k];
          return i === j ? 1 : i > j ? out.values[i * n + j] : 0;
        });
        const U = part(out.values, k, n, (i, j) => i <= j);
        const rows = Array.from(a.values);
        pivots.values.forEach((other, i) => {
          if (other < i + 1 || other > m) throw new Error(`exchanges row ${i + 1} with ${other} of ${m}`);
          for (let c = 0; c < n; c++) {
            const [p, q] = [i * n + c, (other - 1) * n + c];
            [rows[p], rows[q]] = [rows[q], rows[p]];
          }
        });
        mustAgree('P·A', times(left, U, m, k, n), rows, type);
        if (left.some((v) => Math.abs(v) > 1)) throw new Error('a pivot is not the greatest of its column');
        if (zero !== 0) throw new Error(`found a zero pivot ${zero} in a regular matrix`);
        mustStayInside(out, pivots);
        a.mustBeUntouched();
      }),
  },
  {
    kernel: 'lu',
    title: 'tells the first zero pivot and goes on',
    run: (kernels, random) => {
      for (const type of FLOATS) {
        const a = new Region(type, 9, random, [1, 2, 3, 2, 4, 6, 0, 0, 5]);
        const out = new Region(type, 9, random);
        const pivots = new Region(Int32Array, 3, random);
        const zero = kernels.lu(
          3,
          3,
          floats(a),
          a.offset,
          floats(out),
          out.offset,
          int32(pivots),
          pivots.offset,
        );
        if (zero !== 2) throw new Error(`says ${zero}`);
        out.mustHold([2, 4, 6, 0.5, 0, 0, 0, 0, 5]);
        pivots.mustHold([2, 2, 3]);
      }
    },
  },
  {
    kernel: 'cholesky',
    title: 'makes the lower factor from the lower triangle',
    run: (kernels, random) =>
      each(SQUARE, (n, type) => {
        const x = random.uniforms(n * n, -1, 1);
        const symmetric = times(x, transposed(x, n, n), n, n, n).map(
          (v, p) => v + (p % (n + 1) === 0 ? 1 : 0),
        );
        const lower = symmetric.map((v, p) => (p % n > Math.floor(p / n) ? NaN : v));
        const a = new Region(type, n * n, random, lower);
        const out = new Region(type, n * n, random);
        const failed = kernels.cholesky(n, floats(a), a.offset, floats(out), out.offset);
        const L = out.values;
        mustAgree('L·Lᵀ', times(L, transposed(L, n, n), n, n, n), symmetric, type);
        mustAgree(
          'L',
          L,
          part(L, n, n, (i, j) => i >= j),
          type,
        );
        if (failed !== 0) throw new Error(`fails at ${failed}`);
        mustStayInside(out);
        a.mustBeUntouched();
      }),
  },
  {
    kernel: 'cholesky',
    title: 'tells the first leading minor that is not positive',
    run: (kernels, random) => {
      for (const [values, minor] of [[[1, 0, 2, 1], 2], [[0], 1], [[NaN], 1], [[1, 0, 0, 0, 1, 0, 0, 0, -1], 3]] as const) {
        const a = new Region(Float64Array, values.length, random, values);
        const out = new Region(Float64Array, values.length, random);
        const failed = kernels.cholesky(Math.sqrt(values.length), floats(a), a.offset, floats(out), out.offset);
        if (failed !== minor) throw new Error(`says ${failed} of ${values.join(', ')}`);
      }
    }, // prettier-ignore
  },
  {
    kernel: 'solveTriangular',
    title: 'solves with one triangle at any strides and reads no other, also in place',
    run: (kernels, random) =>
      each(SQUARE, (n, type) => {
        const [k, upper, unit, flipped] = [random.integer(0, 3), ...[0, 0, 0].map(() => random.next() < 0.5)];
        const reads = (i: number, j: number): boolean => (i === j ? !unit : upper === i < j);
        const values = Array.from({ length: n * n }, (_, p) => {
          const [i, j] = [Math.floor(p / n), p % n];
          return i === j ? random.uniform(1, 2) : random.uniform(-1, 1) / n;
        });
        const seen = part(values, n, n, reads).map((v, p) => (unit && p % (n + 1) === 0 ? 1 : v));
        const stored = values.map((v, p) => (reads(Math.floor(p / n), p % n) ? v : NaN));
        const a = new Region(type, n * n, random, flipped ? transposed(stored, n, n) : stored);
        const b = new Region(type, n * k, random, random.uniforms(n * k, -1, 1));
        const before = Array.from(b.values);
        const out = random.next() < 0.3 ? b : new Region(type, n * k, random);
        kernels.solveTriangular(
          n, k, upper, unit, floats(a), a.offset, flipped ? 1 : n, flipped ? n : 1, floats(b), b.offset, floats(out), out.offset,
        ); // prettier-ignore
        mustAgree('A·X', times(seen, out.values, n, n, k), before, type);
        mustStayInside(out);
        a.mustBeUntouched();
        if (out !== b) b.mustBeUntouched();
      }),
  },
  {
    kernel: 'qr',
    title: "makes orthonormal columns and a triangle, whole or reduced, with LAPACK's signs",
    run: (kernels, random) =>
      each(SIZES, ([m, n], type) => {
        const k = random.pick([m, min(m, n)]);
        const a = someMatrix(type, m, n, random);
        const [q, r, alone] = [m * k, k * n, k * n].map((length) => new Region(type, length, random));
        kernels.qr(m, n, k, floats(a), a.offset, floats(q), q.offset, floats(r), r.offset);
        mustAgree('Q·R', times(q.values, r.values, m, k, n), a.values, type);
        mustAgree('QᵀQ', times(transposed(q.values, m, k), q.values, k, m, k), identity(k), type);
        mustAgree(
          'R',
          r.values,
          part(r.values, k, n, (i, j) => i <= j),
          type,
        );
        const [first, ...below] = Array.from(a.values).filter((_, i) => i % n === 0);
        // A column that has something to be made zero gets the other sign, any other keeps its own.
        const negative = below.some((v) => v !== 0) ? first >= 0 : first < 0;
        if (k > 0 && n > 0 && r.values[0] !== 0 && negative !== r.values[0] < 0)
          throw new Error(`R begins with ${r.values[0]}, A with ${first}`);
        kernels.qr(m, n, k, floats(a), a.offset, null, 0, floats(alone), alone.offset);
        alone.mustHold(r.values);
        mustStayInside(q, r);
        a.mustBeUntouched();
      }),
  },
  {
    kernel: 'symmetricEigen',
    title: 'makes rising eigenvalues and orthonormal eigenvectors from the lower triangle',
    run: (kernels, random) =>
      each(SQUARE, (n, type) => {
        const x = someMatrix(type, n, n, random).values;
        const scale = random.pick([1, 1, 1e18]);
        const symmetric = Array.from({ length: n * n }, (_, p) => {
          const [i, j] = [Math.floor(p / n), p % n];
          return scale * x[max(i, j) * n + min(i, j)];
        });
        const a = new Region(type, n * n, random, symmetric.map((v, p) => (p % n > Math.floor(p / n) ? NaN : v))); // prettier-ignore
        const values = new Region(type, n, random);
        const vectors = new Region(type, n * n, random);
        const done = kernels.symmetricEigen(
          n, floats(a), a.offset, floats(values), values.offset, floats(vectors), vectors.offset,
        ); // prettier-ignore
        const V = vectors.values;
        const back = times(times(V, diagonal(values.values, n, n), n, n, n), transposed(V, n, n), n, n, n);
        mustAgree('V·diag(λ)·Vᵀ', back, symmetric, type);
        mustAgree('VᵀV', times(transposed(V, n, n), V, n, n, n), identity(n), type);
        if (values.values.some((v, i) => i > 0 && v < values.values[i - 1])) throw new Error('not rising');
        if (!done) throw new Error('says it failed');
        mustStayInside(values, vectors);
        a.mustBeUntouched();
      }),
  },
  {
    kernel: 'svd',
    title: 'makes falling singular values and orthonormal vectors, whole or reduced',
    run: (kernels, random) =>
      each(SIZES, ([m, n], type) => {
        const full = random.next() < 0.5;
        const k = min(m, n);
        const [p, q] = full ? [m, n] : [k, k];
        const a = someMatrix(type, m, n, random);
        const [u, s, vt] = [m * p, k, q * n].map((length) => new Region(type, length, random));
        const done = kernels.svd(
          m, n, full, floats(a), a.offset, floats(u), u.offset, floats(s), s.offset, floats(vt), vt.offset,
        ); // prettier-ignore
        const [U, S, V] = [u.values, s.values, vt.values];
        mustAgree('U·diag(s)·Vᵀ', times(times(U, diagonal(S, p, q).map((v) => v || 0), m, p, q), V, m, q, n), a.values, type); // prettier-ignore
        mustAgree('UᵀU', times(transposed(U, m, p), U, p, m, p), identity(p), type);
        mustAgree('VᵀV', times(V, transposed(V, q, n), q, n, q), identity(q), type);
        if (S.some((v, i) => v < 0 || (i > 0 && v > S[i - 1]))) throw new Error('not falling, or negative');
        if (!done) throw new Error('says it failed');
        mustStayInside(u, s, vt);
        a.mustBeUntouched();
      }),
  },
  ...(['symmetricEigen', 'svd'] as const).map((kernel): Check => ({
    kernel,
    title: 'tells that NaN and infinities have no factors',
    run: (kernels, random) => {
      for (const bad of [NaN, Infinity, -Infinity]) {
        const a = new Region(Float64Array, 4, random, [1, bad, bad, 2]);
        const [u, s, v] = [4, 2, 4].map((length) => new Region(Float64Array, length, random));
        const done =
          kernel === 'svd'
            ? kernels.svd(
                2,
                2,
                false,
                floats(a),
                a.offset,
                floats(u),
                u.offset,
                floats(s),
                s.offset,
                floats(v),
                v.offset,
              )
            : kernels.symmetricEigen(2, floats(a), a.offset, floats(s), s.offset, floats(v), v.offset);
        if (done) throw new Error(`finds some with ${bad}`);
      }
    },
  })),
];

function floats(region: Region): FloatArray {
  return region.array as FloatArray;
}

function int32(region: Region): Int32Array {
  return new Int32Array(region.array.buffer);
}
