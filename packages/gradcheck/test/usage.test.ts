/* Bad use is a clear error; limits are said. */
import { noGrad, randn, sin, tensor, type Tensor } from '@retrograd/core';
import { checkGradient, gradcheck, GradcheckUsageError, gradientCase } from '../src/index.ts';

const double = (data: number[]): Tensor => tensor(data, { dtype: 'float64', requiresGrad: true });
const refusal = (f: unknown, inputs: unknown, options: object = {}): string => {
  try {
    gradcheck(f as (x: Tensor) => Tensor, inputs as [Tensor], options);
  } catch (error) {
    if (error instanceof GradcheckUsageError) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
};

test('integer inputs', () => {
  expect(refusal(sin, [tensor([1, 2], { dtype: 'int32' })], { name: 'sin' })).toMatch(
    /^sin: there is nothing to differentiate: none of the inputs \(inputs\[0\]: int32 \[2\]\) is a floating point tensor/,
  );
  expect(refusal(sin, [3])).toMatch(/no tensors/);
});

test('a result that is not differentiable', () => {
  expect(refusal((x: Tensor) => x.detach(), [double([1])])).toMatch(
    /nothing it returns is differentiable: out: float64 \[1\]/,
  );
  expect(refusal((x: Tensor) => x.gt(0), [double([1])])).toMatch(/no floating point tensor in the result/);
  expect(refusal((x: Tensor) => noGrad(() => sin(x)), [double([1])])).toMatch(/not under noGrad/);
  expect(refusal(() => undefined, [double([1])])).toMatch(/nothing it returns/);
});

test('a result that changes its shape between calls', () => {
  let calls = 0;
  const growing = (x: Tensor): Tensor => x.narrow(0, 0, ++calls % 2 === 0 ? 1 : 2);
  expect(refusal(growing, [double([1, 2])])).toMatch(
    /growing: the outputs changed their shapes between calls, from \[2\] to \[1\]/,
  );
});

test('a function that throws', () => {
  expect(refusal((x: Tensor) => x.reshape([7]), [double([1])])).toMatch(
    /f threw when it was called with the inputs: ShapeError/,
  );
});

test('arguments that are none', () => {
  expect(refusal(3, [double([1])])).toMatch(/expected a function of tensors or a module, got number/);
  expect(refusal(sin, double([1]))).toMatch(/expected the inputs as an array of arguments/);
});

test.each([
  [{ order: 0 }, 'expected order to be an integer of at least 1, got 0'],
  [{ seed: 1.5 }, 'expected seed to be an integer of at least 0, got 1.5'],
  [{ maxEntries: -1 }, 'expected maxEntries to be an integer of at least 0, got -1'],
  [{ directions: 0 }, 'expected directions to be an integer of at least 1, got 0'],
  [{ timeBudget: -1 }, 'expected timeBudget to be a number of milliseconds, got -1'],
  [{ tier: 'quick' }, "expected tier to be 'auto', 'exact', 'full' or 'sampled', got quick"],
  [{ degree: 3 }, "expected degree to be 'linear' or 'quadratic', got 3"],
  [{ subgradient: 0 }, "expected subgradient to be 'between', 'left', 'right', 'mean' or a function"],
  [
    { batchDim: 1 },
    'expected batchDim to be a dim of the first input, got 1 where inputs[0] has the shape [1]',
  ],
])('options that make no sense: %j', (options, message) => {
  expect(refusal(sin, [double([1])], { name: 'sin', ...options })).toContain(`sin: ${message}`);
});

test('a function that returns a promise', () => {
  expect(refusal(async (x: Tensor) => Promise.resolve(sin(x)), [double([1])])).toMatch(
    /f returned a promise\. Differences need its value at once/,
  );
});

test('integer arrays of plain functions', () => {
  const at = Int32Array.of(2, 3) as never;
  expect(() => checkGradient({ f: (x: number[]) => x[0] * x[1], gradient: (x) => [x[1], x[0]], at })).toThrow(
    /x: expected a Float64Array or Float32Array, got Int32Array: there is no derivative by integers/,
  );
});

test('a declared degree that is not f’s is reported', () => {
  const { coverage } = gradcheck(sin, [double([1])], { degree: 'linear' });
  expect(coverage.leftOut).toEqual([
    'the exact tier, though f is declared to be linear: it does not map small integers to such',
  ]);
});

test('a rule that throws is a wrong gradient and no error', () => {
  const throwing = (x: Tensor): Tensor => {
    const z = x.mul(1);
    z.registerHook(() => {
      throw new RangeError('not implemented');
    });
    return z;
  };
  const { verdict, failures } = gradcheck(throwing, [double([1])]);
  expect(verdict).toBe('fail');
  expect(failures[0]).toMatchObject({
    kind: 'invariant',
    message: 'computing the gradient throws: not implemented',
  });
});

test('a time budget that ran out says what was covered', () => {
  const slow = (x: Tensor): Tensor => {
    const end = performance.now() + 5;
    while (performance.now() < end);
    return x.exp();
  };
  const report = gradcheck(slow, [randn([50], { dtype: 'float64' })], { timeBudget: 100 });
  expect(report.verdict).toBe('inconclusive');
  expect(report.coverage.leftOut.join()).toMatch(
    /the time budget ran out: \d+ of 2500 entries of order 1 were compared/,
  );
  expect(report.coverage.entries).toBeLessThan(2500);
  expect(report.duration).toBeLessThan(3000);
});

test('inputs too large for a full check say what was sampled', () => {
  const { coverage, tier } = gradcheck((x: Tensor) => x.exp(), [randn([200], { dtype: 'float64' })]);
  expect(tier).toBe('sampled');
  expect(coverage.leftOut).toEqual([
    '40000 entries of order 1 are too many to compare each: 8 random directions on each side cover all of them, and 256 entries were compared one by one',
  ]);
});

test('unknown options are refused, those of other checkers with a reason', () => {
  const call = (options: object) => () =>
    gradcheck((x: Tensor) => x.exp(), [tensor([0.5])], options as never);
  expect(call({ atol: 1e-3 })).toThrow(
    /there is no option atol: steps and tolerances follow from the differences/,
  );
  expect(call({ ordr: 2 })).toThrow(/there is no option ordr. There are name, order, seed/);
  expect(() => gradcheck((x: Tensor) => x.exp(), [tensor([0.5])], null as never)).toThrow(
    /expected the options as an object/,
  );
});

test('plain checks say what they are given instead', () => {
  const vector = { f: (x: number[]) => x as never, gradient: (x: number[]) => x, at: [1, 2] };
  expect(() => checkGradient(vector)).toThrow(/f returns 2 numbers, where one is expected: checkJacobian/);
  const at = tensor([1]) as never;
  expect(() => checkGradient({ f: () => 1, gradient: () => [1], at })).toThrow(
    /got a tensor: .* gradcheck\(f, \[x\]\)/,
  );
});

test('a case needs its inputs in an array', () => {
  expect(() => gradientCase('exp', (x: Tensor) => x.exp(), tensor([1]) as never)).toThrow(
    /'exp' needs its inputs in an array, one per argument, got a tensor/,
  );
});
