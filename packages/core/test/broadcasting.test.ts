import { sub, tensor, where, type Tensor } from '../src/index.ts';
import { seededSource, type Source } from './numeric.ts';

const seed = Number(process.env['RETROGRAD_TEST_SEED'] ?? 20261121);

const integers = (n: number, source: Source): number[] =>
  Array.from({ length: n }, () => source.integer(-50, 50));

/** A tensor of whole numbers that broadcasts to a shape, its dims in a random order in memory. */
function operand(shape: readonly number[], source: Source): Tensor {
  const lead = source.integer(0, 3) === 0 ? source.integer(0, shape.length + 1) : 0;
  const extents = shape.slice(lead).map((n) => (source.integer(0, 3) === 0 ? 1 : n));
  const turn = source.integer(0, 3) === 0 ? source.integer(0, extents.length) : 0;
  const order = extents.map((_, d) => (d + turn) % extents.length);
  const stored = order.map((d) => extents[d]);
  const values = integers(
    stored.reduce((a, b) => a * b, 1),
    source,
  );
  const back = extents.map((_, d) => order.indexOf(d));
  return tensor(values).reshape(stored).permute(back);
}

/** The element of x that position p of a shape it broadcasts to reads. */
function elementAt(x: Tensor, p: readonly number[]): number {
  const lead = p.length - x.ndim;
  const at = x.strides.reduce(
    (sum, stride, d) => sum + (x.shape[d] === 1 ? 0 : p[lead + d]) * stride,
    x.offset,
  );
  return x.storage.array[at];
}

function positions(shape: readonly number[]): number[][] {
  let list: number[][] = [[]];
  for (const n of shape) list = list.flatMap((p) => Array.from({ length: n }, (_, i) => [...p, i]));
  return list;
}

function shapeOf(operands: readonly Tensor[]): number[] {
  const rank = Math.max(...operands.map((x) => x.ndim));
  return Array.from({ length: rank }, (_, i) =>
    Math.max(...operands.map((x) => (i < rank - x.ndim ? 1 : x.shape[i - (rank - x.ndim)]))),
  );
}

describe(`operands broadcast and at any strides (seed ${seed})`, () => {
  const extents = [1, 2, 3, 4, 5, 7];

  test('pairs meet element by element', () => {
    const source = seededSource(seed);
    for (let i = 0; i < 600; i++) {
      const shape = Array.from({ length: source.integer(0, 5) }, () => extents[source.integer(0, 6)]);
      const [a, b] = [operand(shape, source), operand(shape, source)];
      const expected = positions(shapeOf([a, b])).map((p) => elementAt(a, p) - elementAt(b, p));
      const out = sub(a, b);
      expect([out.shape, Array.from(out.data)]).toEqual([shapeOf([a, b]), expected]);
    }
  });

  test.each([
    [3, 5],
    [16, 9],
    [64, 63],
    [65, 64],
  ])('planes of %d × %d that meet many others, on either side', (rows, cols) => {
    const source = seededSource(seed);
    const shape = [4, 3, rows, cols];
    const whole = tensor(integers(12 * rows * cols, source)).reshape(shape);
    const list = positions(shape);
    for (const part of [
      [rows, 1],
      [3, 1, cols],
      [3, rows, 1],
      [4, 1, rows, 1],
      [4, 1, 1, cols],
    ]) {
      const n = part.reduce((x, y) => x * y, 1);
      const repeated = tensor(integers(n, source)).reshape(part);
      const expected = list.map((p) => elementAt(whole, p) - elementAt(repeated, p));
      expect(Array.from(sub(whole, repeated).data)).toEqual(expected);
      expect(Array.from(sub(repeated, whole).data)).toEqual(expected.map((v) => 0 - v));
    }
  });

  test('triples meet element by element', () => {
    const source = seededSource(seed);
    for (let i = 0; i < 300; i++) {
      const shape = Array.from({ length: source.integer(0, 5) }, () => extents[source.integer(0, 5)]);
      const [c, a, b] = [operand(shape, source).gt(0), operand(shape, source), operand(shape, source)];
      const expected = positions(shapeOf([c, a, b])).map((p) =>
        elementAt(c, p) === 1 ? elementAt(a, p) : elementAt(b, p),
      );
      expect(Array.from(where(c, a, b).data)).toEqual(expected);
    }
  });
});
