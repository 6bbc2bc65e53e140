import { exp, mul, tape, tensor } from '../../src/index.ts';

const example = () => {
  const x = tensor([[1, 2, 3], [4, 5, 6]], { requiresGrad: true }); // prettier-ignore
  const y = exp(x);
  return mul(y, tensor([1, 2, 3]))
    .add(y)
    .sumToSize([]);
};

test('tape lists the entries as data, oldest first', () => {
  const { lines, savedBytes } = tape(example());
  expect(lines.map(({ op }) => op)).toEqual(['leaf', 'exp', 'mul', 'add', 'sumTo']);
  expect(lines.map(({ inputs }) => inputs)).toEqual([[], [0], [1, null], [2, 1], [3]]);
  expect(lines.map((line) => line.savedBytes)).toEqual([0, 24, 12, 0, 0]);
  expect(savedBytes).toBeGreaterThanOrEqual(36);
  expect(lines[1].shapes).toEqual([[2, 3]]);
});

test('tape prints as a table with totals, and shows what backward has released', () => {
  const loss = example();
  expect(tape(loss).toString()).toBe(
    [
      '#  op     inputs  shape   saved  released',
      '0  leaf           [2, 3]    0 B',
      '1  exp    0       [2, 3]   24 B',
      '2  mul    1 -     [2, 3]   12 B',
      '3  add    2 1     [2, 3]    0 B',
      '4  sumTo  3       []        0 B',
      '4 ops, 1 leaves, 36 B saved',
    ].join('\n'),
  );
  loss.backward();
  expect(tape(loss).lines.map(({ released }) => released)).toEqual([false, true, true, false, false]);
  expect(tape(loss).savedBytes).toBe(0);
});

test('toDot gives Graphviz text', () => {
  const dot = tape(mul(tensor([1, 2], { requiresGrad: true }), 3)).toDot();
  expect(dot).toBe(
    [
      'digraph tape {',
      '  node [fontname="sans-serif", shape=box];',
      '  n0 [label="leaf\\n[2]", shape=ellipse];',
      '  n1 [label="mul\\n[2]"];',
      '  n0 -> n1;',
      '}',
    ].join('\n'),
  );
});

test('a tensor that nothing was recorded for is an error', () => {
  expect(() => tape(tensor([1]))).toThrow(/does not require grad/);
});
