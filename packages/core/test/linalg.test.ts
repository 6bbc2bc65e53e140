/* What the ops' cases and PyTorch's figures leave open: kinds of errors, higher orders, sizes that are no toys. */
import {
  add,
  eye,
  fromTypedArray,
  grad,
  LinAlgError,
  linalg,
  matmul,
  mul,
  sub,
  sum,
  tensor,
  type Tensor,
} from '../src/index.ts';
import { elements, randomLike, seededSource } from './numeric.ts';

const source = seededSource(20221208);

function random(...shape: number[]): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  return fromTypedArray(
    Float64Array.from({ length: n }, () => source.uniform(-1, 1)),
    shape,
  );
}

const largest = (x: Tensor): number => Math.max(...elements(x).map(Math.abs));
const apart = (a: Tensor, b: Tensor): number => largest(sub(a, b)) / Math.max(1, largest(b));
const identity = (n: number): Tensor => eye(n, undefined, { dtype: 'float64' });
const diagonal = (values: Tensor): Tensor => mul(identity(values.shape[0]), values);

test('a matrix without the factors asked for is a LinAlgError that names the function', () => {
  const singular = tensor([[1, 2], [2, 4]]); // prettier-ignore
  const calls = [
    () => linalg.inv(singular),
    () => linalg.solve(singular, singular),
    () => linalg.tensorinv(singular, { ind: 1 }),
    () => linalg.matrixPower(singular, -1),
    () => linalg.cholesky(mul(singular, -1)),
    () => linalg.eigh(tensor([[Infinity]])),
    () => linalg.svdvals(tensor([[NaN]])),
    () => linalg.lstsq(tensor([[NaN]]), tensor([[1]])),
  ];
  for (const call of calls) {
    expect(call).toThrow(LinAlgError);
    expect(call).toThrow(/^linalg\.\w+: /);
  }
});

describe('of 60 × 60 matrices', () => {
  const A = random(60, 60);
  const symmetric = add(A, A.mT());

  test('factors multiply to the matrix', () => {
    const { P, L, U } = linalg.lu(A);
    const { Q, R } = linalg.qr(A);
    const { U: left, S, Vh } = linalg.svd(A);
    const { eigenvalues, eigenvectors: V } = linalg.eigh(symmetric);
    const positive = add(matmul(A, A.mT()), identity(60));
    const factor = linalg.cholesky(positive);
    expect(apart(matmul(matmul(P, L), U), A)).toBeLessThan(1e-13);
    expect(apart(matmul(Q, R), A)).toBeLessThan(1e-13);
    expect(apart(matmul(matmul(left, diagonal(S)), Vh), A)).toBeLessThan(1e-13);
    expect(apart(matmul(matmul(V, diagonal(eigenvalues)), V.mT()), symmetric)).toBeLessThan(1e-13);
    expect(apart(matmul(factor, factor.mT()), positive)).toBeLessThan(1e-13);
  });

  test('inverses and solutions undo products, and exponentials multiply', () => {
    const B = random(60, 3);
    expect(apart(matmul(A, linalg.inv(A)), identity(60))).toBeLessThan(1e-10);
    expect(apart(linalg.solve(A, matmul(A, B)), B)).toBeLessThan(1e-10);
    expect(apart(linalg.lstsq(A, matmul(A, B)).solution, B)).toBeLessThan(1e-10);
    const half = linalg.matrixExp(mul(symmetric, 0.5));
    expect(apart(matmul(half, half), linalg.matrixExp(symmetric))).toBeLessThan(1e-11);
  });
});

test('singular values far below the greatest keep their relative precision', () => {
  const graded = mul(linalg.qr(random(4, 4)).Q, tensor([1, 1e-8, 1e-16, 1e-24], { dtype: 'float64' }));
  const S = elements(linalg.svdvals(graded));
  S.forEach((s, i) => expect(Math.abs(s * 10 ** (8 * i) - 1)).toBeLessThan(1e-13));
});

test('float32 results are float64 results, rounded once', () => {
  const hilbert = Array.from({ length: 5 }, (_, i) => Array.from({ length: 5 }, (__, j) => 1 / (i + j + 1)));
  const single = tensor(hilbert);
  const error = apart(linalg.inv(single).to('float64'), linalg.inv(single.to('float64')));
  expect(error).toBeLessThan(2 ** -24);
});

test.each([5, 4, 3, 2, 1, 0])('the third derivative of the determinant is right at rank %d of 5', (rank) => {
  const base = rank === 0 ? mul(random(5, 5), 0) : matmul(random(5, rank), random(rank, 5));
  const directions = [random(5, 5), random(5, 5), random(5, 5)];
  const A = base.detach().requiresGrad_();
  const third = directions.reduce(
    (f, direction) => sum(mul(grad(f, A, { createGraph: true }), direction)),
    linalg.det(A),
  );
  // Of a polynomial of degree 5 the mixed central difference is third + c·h².
  const difference = (h: number): number => {
    let total = 0;
    for (let signs = 0; signs < 8; signs++) {
      const steps = [1, 2, 4].map((bit) => (signs & bit ? h : -h));
      const moved = directions.reduce((x, direction, i) => add(x, mul(direction, steps[i])), base);
      total += (steps[0] * steps[1] * steps[2] * linalg.det(moved).item()) / h ** 6;
    }
    return total / 8;
  };
  const expected = (4 * difference(1) - difference(2)) / 3;
  expect(Math.abs(third.item() - expected)).toBeLessThan(1e-11);
});

test('a matrix with NaN has a determinant and gradients of NaN, not an error', () => {
  const A = mul(identity(5), NaN).detach().requiresGrad_();
  const d = linalg.det(A);
  expect(d.item()).toBeNaN();
  expect(elements(grad(d, A)).every(Number.isNaN)).toBe(true);
});

test('the exponential of a matrix that is not finite is NaN', () => {
  for (const bad of [NaN, Infinity])
    expect(elements(linalg.matrixExp(mul(identity(2), bad))).every(Number.isNaN)).toBe(true);
});

test('matrices of one batch with norms far apart have exponentials of their own', () => {
  const [small, great] = [mul(random(3, 3), 1e-6), mul(random(3, 3), 20)];
  const both = linalg.matrixExp(tensor([small.toArray(), great.toArray()], { dtype: 'float64' }));
  expect(elements(both).slice(0, 9)).toEqual(elements(linalg.matrixExp(small)));
  expect(elements(both).slice(9)).toEqual(elements(linalg.matrixExp(great)));
});

test('gradients flow through a chain of factorisations', () => {
  const x = random(3, 3).requiresGrad_();
  const covariance = add(matmul(x, x.mT()), identity(3));
  const direct = grad(sum(mul(linalg.inv(covariance), randomLike(x, seededSource(3)))), x);
  const L = linalg.cholesky(add(matmul(x, x.mT()), identity(3)));
  const root = linalg.solveTriangular(L, identity(3), { upper: false });
  const through = grad(sum(mul(matmul(root.mT(), root), randomLike(x, seededSource(3)))), x);
  expect(apart(through, direct)).toBeLessThan(1e-13);
});
