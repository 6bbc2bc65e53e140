import { ALL, Region, at, contiguous, identical, mustBeAdjoint, positions } from './check.ts';
import type { ArrayType, Check, Random } from './check.ts';

const whole = (type: ArrayType, length: number, random: Random): Region =>
  new Region(type, length, random, random.integers(length, type === Uint8Array ? 0 : -9, 9));

const indices = (length: number, below: number, random: Random): Region =>
  new Region(Int32Array, length, random, random.integers(length, 0, below - 1));

/** Strides of an array that holds `shape`: contiguous, padded, or with axes permuted; and the elements it spans. */
function randomStrides(shape: readonly number[], random: Random): { strides: number[]; span: number } {
  const order = random.pick([shape.map((_, d) => d), random.permutation(shape.length)]);
  const padded = order.map((d) => shape[d] + random.pick([0, 0, 1]));
  const strides = new Array<number>(shape.length);
  contiguous(padded).forEach((s, i) => (strides[order[i]] = s));
  const span = shape.includes(0) ? 0 : shape.reduce((sum, extent, d) => sum + (extent - 1) * strides[d], 1);
  return { strides, span };
}

/** A gather: the index's shape, the dim it replaces, and the extents of the indexed side. */
function randomGather(random: Random): { shape: number[]; dim: number; extents: number[]; empty: boolean } {
  const rank = random.integer(1, 4);
  const shape = Array.from({ length: rank }, () => random.pick([0, 1, 2, 3, 3, 4, 5]));
  const dim = random.integer(0, rank - 1);
  const extents = shape.map((extent, d) =>
    d === dim ? random.integer(1, 5) : extent + random.integer(0, 2),
  );
  return { shape, dim, extents, empty: shape.includes(0) };
}

/** More than an accelerator takes at a time: the last cases of a check, since others are quicker to find mistakes. */
const LARGE_SELECTION = { outer: 70, size: 40, inner: 30, count: 35 };
const LARGE_GATHER = { shape: [70, 35, 30], dim: 1, extents: [70, 40, 31] };

const replace = (p: readonly number[], dim: number, index: number): number[] =>
  p.map((v, d) => (d === dim ? index : v));

const int32 = (region: Region): Int32Array => new Int32Array(region.array.buffer);

interface Selection {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
  readonly count: number;
}

const randomSelection = (random: Random): Selection => ({
  outer: random.integer(0, 3),
  size: random.integer(1, 5),
  inner: random.pick([0, 1, 1, 2, 3, 8, 9, 130]),
  count: random.integer(0, 7),
});

/** Calls f with the flat positions [outer, count, inner] and [outer, size, inner] that a selection pairs. */
function forEachPair(
  { outer, size, inner, count }: Selection,
  index: ArrayLike<number>,
  f: (s: number, x: number) => void,
): void {
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < count; j++) {
      for (let i = 0; i < inner; i++) f((o * count + j) * inner + i, (o * size + index[j]) * inner + i);
    }
  }
}

export const indexingConformance: readonly Check[] = [
  {
    kernel: 'gather',
    title: 'reads through an index along any dim of an array at any strides',
    run: (kernels, random) => {
      for (let i = 299; i >= 0; i--) {
        const { shape, dim, extents } = i < 4 ? LARGE_GATHER : randomGather(random);
        const type = i < 4 ? ALL[i] : random.pick(ALL);
        const { strides, span } = randomStrides(extents, random);
        const x = whole(type, span, random);
        const list = positions(shape);
        const index = indices(list.length, extents[dim], random);
        const out = new Region(type, list.length, random);
        kernels.gather(
          shape,
          dim,
          x.array,
          x.offset,
          strides,
          int32(index),
          index.offset,
          out.array,
          out.offset,
        );
        const [values, picked] = [x.values, index.values];
        out.mustHold(list.map((p, n) => values[at(replace(p, dim, picked[n]), strides)]));
        x.mustBeUntouched();
        index.mustBeUntouched();
      }
    },
  },
  {
    kernel: 'scatter',
    title: 'writes or adds through an index along any dim, both sides at any strides',
    run: (kernels, random) => {
      for (let i = 399; i >= 0; i--) {
        const { shape, dim, extents } = i < 8 ? LARGE_GATHER : randomGather(random);
        const type = i < 8 ? ALL[i >> 1] : random.pick(ALL);
        const accumulate = i < 8 ? i % 2 === 0 : random.pick([true, false]);
        const to = randomStrides(extents, random);
        const from = randomStrides(shape, random);
        const list = positions(shape);
        const index = indices(list.length, extents[dim], random);
        const src = whole(type, from.span, random);
        const out = whole(type, to.span, random);
        const expected = Array.from(out.values);
        const [values, picked] = [src.values, index.values];
        list.forEach((p, n) => {
          const target = at(replace(p, dim, picked[n]), to.strides);
          const value = values[at(p, from.strides)];
          expected[target] = accumulate ? expected[target] + value : value;
        });
        kernels.scatter(
          shape, dim, int32(index), index.offset, src.array, src.offset, from.strides, out.array, out.offset,
          to.strides, accumulate,
        ); // prettier-ignore
        out.mustHold(expected, identical);
        src.mustBeUntouched();
        index.mustBeUntouched();
      }
    },
  },
  {
    kernel: 'scatter',
    title: 'accumulating is the adjoint of gather',
    run: (kernels, random) => {
      for (let i = 0; i < 100; i++) {
        const { shape, dim, extents } = randomGather(random);
        const strides = contiguous(extents);
        const list = positions(shape);
        const x = whole(Float64Array, positions(extents).length, random);
        const g = whole(Float64Array, list.length, random);
        const index = indices(list.length, extents[dim], random);
        const y = new Float64Array(g.length);
        const dx = new Float64Array(x.length);
        kernels.gather(shape, dim, x.array, x.offset, strides, int32(index), index.offset, y, 0);
        kernels.scatter(
          shape, dim, int32(index), index.offset, g.array, g.offset, contiguous(shape), dx, 0, strides, true,
        ); // prettier-ignore
        mustBeAdjoint(y, g.values, x.values, dx);
      }
    },
  },
  {
    kernel: 'scatterReduce',
    title: 'multiplies or takes the extreme through an index along any dim, both sides at any strides',
    run: (kernels, random) => {
      const combine = { prod: (a: number, b: number) => a * b, amax: Math.max, amin: Math.min };
      for (let i = 0; i < 300; i++) {
        const { shape, dim, extents } = randomGather(random);
        const reduce = random.pick(['prod', 'amax', 'amin'] as const);
        const to = randomStrides(extents, random);
        const from = randomStrides(shape, random);
        const list = positions(shape);
        const index = indices(list.length, extents[dim], random);
        const src = whole(Float64Array, from.span, random);
        const out = whole(Float64Array, to.span, random);
        if (src.length > 0) src.array[src.offset] = random.pick([1, NaN]);
        const srcValues = src.values;
        const expected = Array.from(out.values);
        list.forEach((p, n) => {
          const target = at(replace(p, dim, index.values[n]), to.strides);
          expected[target] = combine[reduce](expected[target], srcValues[at(p, from.strides)]);
        });
        kernels.scatterReduce(
          shape, dim, int32(index), index.offset, src.array, src.offset, from.strides, out.array, out.offset,
          to.strides, reduce,
        ); // prettier-ignore
        out.mustHold(expected);
        index.mustBeUntouched();
      }
    },
  },
  {
    kernel: 'scatterReduce',
    title: 'leaves its operand alone',
    run: (kernels, random) => {
      const index = indices(6, 3, random);
      const src = whole(Float64Array, 6, random);
      const out = whole(Float64Array, 3, random);
      kernels.scatterReduce(
        [6], 0, int32(index), index.offset, src.array, src.offset, [1], out.array, out.offset, [1], 'amax',
      ); // prettier-ignore
      src.mustBeUntouched();
      index.mustBeUntouched();
    },
  },
  {
    kernel: 'indexSelect',
    title: 'picks slices of the middle axis by index',
    run: (kernels, random) => {
      for (let i = 299; i >= 0; i--) {
        const selection = i < 8 ? LARGE_SELECTION : randomSelection(random);
        const { outer, size, inner, count } = selection;
        const type = i < 8 ? ALL[i >> 1] : random.pick(ALL);
        const x = whole(type, outer * size * inner, random);
        const index = indices(count, size, random);
        const out = new Region(type, outer * count * inner, random);
        const expected = new Array<number>(out.length);
        const values = x.values;
        forEachPair(selection, index.values, (s, p) => (expected[s] = values[p]));
        kernels.indexSelect(
          outer, size, inner, count, x.array, x.offset, int32(index), index.offset, out.array, out.offset,
        ); // prettier-ignore
        out.mustHold(expected);
        x.mustBeUntouched();
        index.mustBeUntouched();
      }
    },
  },
  {
    kernel: 'indexAdd',
    title: 'adds or writes slices of the middle axis by index, the last write winning',
    run: (kernels, random) => {
      for (let i = 299; i >= 0; i--) {
        const selection = i < 8 ? LARGE_SELECTION : randomSelection(random);
        const { outer, size, inner, count } = selection;
        const type = i < 8 ? ALL[i >> 1] : random.pick(ALL);
        const accumulate = i < 8 ? i % 2 === 0 : random.pick([true, false]);
        const src = whole(type, outer * count * inner, random);
        const index = indices(count, size, random);
        const out = whole(type, outer * size * inner, random);
        const expected = Array.from(out.values);
        const values = src.values;
        forEachPair(selection, index.values, (s, p) => {
          expected[p] = accumulate ? expected[p] + values[s] : values[s];
        });
        kernels.indexAdd(
          outer, size, inner, count, int32(index), index.offset, src.array, src.offset, out.array, out.offset,
          accumulate,
        ); // prettier-ignore
        out.mustHold(expected, identical);
        src.mustBeUntouched();
        index.mustBeUntouched();
      }
    },
  },
  {
    kernel: 'indexAdd',
    title: 'accumulating is the adjoint of indexSelect',
    run: (kernels, random) => {
      for (let i = 0; i < 100; i++) {
        const { outer, size, inner, count } = randomSelection(random);
        const x = whole(Float64Array, outer * size * inner, random);
        const g = whole(Float64Array, outer * count * inner, random);
        const index = indices(count, size, random);
        const y = new Float64Array(g.length);
        const dx = new Float64Array(x.length);
        kernels.indexSelect(outer, size, inner, count, x.array, x.offset, int32(index), index.offset, y, 0);
        kernels.indexAdd(
          outer,
          size,
          inner,
          count,
          int32(index),
          index.offset,
          g.array,
          g.offset,
          dx,
          0,
          true,
        );
        mustBeAdjoint(y, g.values, x.values, dx);
      }
    },
  },
  {
    kernel: 'nonzero',
    title: 'lists the positions of nonzero elements in order and counts them',
    run: (kernels, random) => {
      for (let i = 0; i < 100; i++) {
        const n = random.integer(0, 40);
        const type = random.pick(ALL);
        const x = new Region(type, n, random, random.integers(n, 0, random.pick([0, 1, 3])));
        if (n > 0 && (type === Float32Array || type === Float64Array)) x.array[x.offset + n - 1] = NaN;
        const out = whole(Int32Array, n, random);
        const expected = Array.from(x.array.subarray(x.offset, x.offset + n).keys()).filter(
          (k) => x.array[x.offset + k] !== 0,
        );
        const untouched = Array.from(out.values).slice(expected.length);
        const count = kernels.nonzero(n, x.array, x.offset, int32(out), out.offset);
        if (count !== expected.length) throw new Error(`counted ${count}, expected ${expected.length}`);
        out.mustHold([...expected, ...untouched]);
      }
    },
  },
];
