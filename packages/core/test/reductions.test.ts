import { amax, sum, tensor, zeros } from '../src/index.ts';
import { seededSource } from './numeric.ts';

const seed = Number(process.env['RETROGRAD_TEST_SEED'] ?? 20261122);

describe(`reductions over any dims (seed ${seed})`, () => {
  const source = seededSource(seed);
  const cases = Array.from({ length: 400 }, () => {
    const shape = Array.from({ length: source.integer(1, 6) }, () => [1, 1, 2, 3, 4][source.integer(0, 5)]);
    const dims = shape.map((_, d) => d).filter(() => source.integer(0, 2) === 0);
    return { shape, dims: dims.length === 0 ? [0] : dims, turn: source.integer(0, shape.length) };
  });

  test('give what adding up or comparing their elements gives', () => {
    for (const { shape, dims, turn } of cases) {
      // The dims lie in memory in another order, so that the operand is not always contiguous.
      const order = shape.map((_, d) => (d + turn) % shape.length);
      const stored = order.map((d) => shape[d]);
      const n = shape.reduce((a, b) => a * b, 1);
      const x = tensor(Array.from({ length: n }, () => source.integer(-99, 100)))
        .reshape(stored)
        .permute(shape.map((_, d) => order.indexOf(d)));
      const values = Array.from(x.contiguous().data);
      const groups = new Map<string, number[]>();
      values.forEach((v, i) => {
        let rest = i;
        const at = new Array<number>(shape.length);
        for (let d = shape.length - 1; d >= 0; d--) {
          at[d] = rest % shape[d];
          rest = Math.floor(rest / shape[d]);
        }
        const key = at.filter((_, d) => !dims.includes(d)).join();
        groups.set(key, [...(groups.get(key) ?? []), v]);
      });
      const lists = [...groups.values()];
      expect([shape, dims, Array.from(sum(x, dims).data)]).toEqual([
        shape,
        dims,
        lists.map((list) => list.reduce((a, b) => a + b, 0)),
      ]);
      expect([shape, dims, Array.from(amax(x, dims).data)]).toEqual([
        shape,
        dims,
        lists.map((list) => Math.max(...list)),
      ]);
    }
  });

  test('of nothing are sums of 0, whichever dims are empty', () => {
    expect(Array.from(sum(zeros([2, 3, 0]), [0, 2]).data)).toEqual([0, 0, 0]);
    expect(Array.from(sum(zeros([0, 3, 4]), [0, 2]).data)).toEqual([0, 0, 0]);
    expect(sum(zeros([2, 0, 4]), [0, 2]).shape).toEqual([0]);
  });
});
