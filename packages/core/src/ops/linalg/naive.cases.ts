/* What references of matrix functions are made of, by definitions that need no pivoting: no cases of its own. */
import { positions, type OpCases, type Plain } from '../op.cases.ts';

export const cases: OpCases[] = [];

/** A matrix as rows of numbers. */
export type Rows = number[][];

/** The matrices of a batch, in order. */
export function matricesOf({ shape, data }: Plain): Rows[] {
  const [m, n] = shape.slice(-2);
  return positions(shape.slice(0, -2)).map((_, b) =>
    Array.from({ length: m }, (__, i) => data.slice((b * m + i) * n, (b * m + i + 1) * n)),
  );
}

/** A batch of matrices of m rows and n columns. */
export function batchOf(shape: readonly number[], matrices: readonly Rows[]): Plain {
  return { shape, data: matrices.flat(2) };
}

/** The reference of a function of each matrix alone, which returns matrices. */
export function eachMatrix(
  f: (rows: Rows) => Rows,
  dims = (m: number, n: number): [number, number] => [m, n],
): (x: Plain) => Plain {
  return (x) => {
    const [m, n] = x.shape.slice(-2);
    return batchOf([...x.shape.slice(0, -2), ...dims(m, n)], matricesOf(x).map(f));
  };
}

/** The reference of a number per matrix. */
export function perMatrix(f: (rows: Rows) => number): (x: Plain) => Plain {
  return (x) => ({ shape: x.shape.slice(0, -2), data: matricesOf(x).map(f) });
}

export function times(a: Rows, b: Rows): Rows {
  return a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((total, v, k) => total + v * b[k][j], 0)));
}

export function transposed(a: Rows): Rows {
  return (a[0] ?? []).map((_, j) => a.map((row) => row[j]));
}

export function minor(a: Rows, i: number, j: number): Rows {
  return a.filter((_, row) => row !== i).map((row) => row.filter((_, col) => col !== j));
}

/** Laplace's expansion along the first row. */
export function determinant(a: Rows): number {
  if (a.length === 0) return 1;
  return a[0].reduce((total, v, j) => total + (j % 2 === 0 ? v : -v) * determinant(minor(a, 0, j)), 0);
}

/** The transposed cofactors over the determinant. */
export function inverse(a: Rows): Rows {
  const d = determinant(a);
  return a.map((row, i) =>
    row.map((_, j) => ((i + j) % 2 === 0 ? 1 : -1) * (determinant(minor(a, j, i)) / d)),
  );
}

/** a + s·1. */
export function shifted(a: Rows, s: number): Rows {
  return a.map((row, i) => row.map((v, j) => (i === j ? v + s : v)));
}

/** The eigenvalues of a symmetric 2 × 2 matrix, rising. */
export function eigenvalues([[a, b], [, d]]: Rows): [number, number] {
  const radius = Math.hypot((a - d) / 2, b);
  return [(a + d) / 2 - radius, (a + d) / 2 + radius];
}
