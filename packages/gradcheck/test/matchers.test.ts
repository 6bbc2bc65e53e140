import { Linear } from '@retrograd/nn';
import { tensor, type Tensor } from '@retrograd/core';
import { checkGradient, GradcheckUsageError, matchers, type GradcheckReport } from '../src/index.ts';
import '../src/setup.ts';
import { wrongCube } from './wrong.ts';

const x = tensor([0.5, -1.5, 2], { dtype: 'float64' });
const undecided = (): GradcheckReport => ({
  ...checkGradient({ f: (at: number) => at * at, gradient: (at: number) => 2 * at, at: 3 }),
  verdict: 'inconclusive',
  toString: () => 'nobody knows',
});

describe('toHaveCorrectGradients', () => {
  test('passes for right gradients of functions and modules', () => {
    expect((a: Tensor) => a.exp()).toHaveCorrectGradients([x]);
    expect((a: Tensor, by: { factor: number }) => a.mul(by.factor)).toHaveCorrectGradients(
      [x, { factor: 3 }],
      {
        order: 2,
      },
    );
    expect(new Linear(3, 2)).toHaveCorrectGradients([x]);
    expect(wrongCube).not.toHaveCorrectGradients([x]);
  });

  test('fails with the whole report', () => {
    const attempt = (): void => expect(wrongCube).toHaveCorrectGradients([x], { name: 'square', seed: 5 });
    expect(attempt).toThrow(/square: wrong gradient/);
    expect(attempt).toThrow(/analytic/);
    expect(attempt).toThrow(/seed: 5/);
  });

  test('says under .not that the gradients are right', () => {
    expect(() => expect((a: Tensor) => a.exp()).not.toHaveCorrectGradients([x])).toThrow(
      /expected wrong gradients, but they are correct/,
    );
  });

  test('refuses what has no gradients, and inputs that are no list', () => {
    expect(() => expect(x).toHaveCorrectGradients([x])).toThrow(
      /function of tensors or a module, got an object of/,
    );
    expect(() => expect(3).toHaveCorrectGradients([x])).toThrow(/got number/);
    expect(() => expect(wrongCube).toHaveCorrectGradients(x as never)).toThrow(/inputs must be an array/);
    expect(() => expect(() => 3).toHaveCorrectGradients([x])).toThrow(GradcheckUsageError);
  });
});

describe('toPassGradcheck', () => {
  const at = [2, 3];
  const f = ([a, b]: number[]): number => a * b;

  test('judges a report', () => {
    expect(checkGradient({ f, gradient: ([a, b]: number[]) => [b, a], at })).toPassGradcheck();
    expect(checkGradient({ f, gradient: ([a, b]: number[]) => [a, b], at })).not.toPassGradcheck();
    expect(() => expect({ verdict: 'pass' }).toPassGradcheck()).toThrow(
      /must be given the report of a check/,
    );
  });

  test('takes what is undecided neither for right nor for wrong, unless allowed', () => {
    expect(() => expect(undecided()).toPassGradcheck()).toThrow('nobody knows');
    expect(() => expect(undecided()).not.toPassGradcheck()).toThrow(/could not be shown to be wrong/);
    expect(undecided()).toPassGradcheck({ allowInconclusive: true });
  });
});

test('the matchers work without a runner’s context', () => {
  expect(matchers.toHaveCorrectGradients((a: Tensor) => a.sin(), [x]).pass).toBe(true);
  const { pass, message } = matchers.toHaveCorrectGradients(wrongCube, [x]);
  expect(pass).toBe(false);
  expect(message()).toContain('wrong gradient');
});

test('setup explains itself where there is no global expect', async () => {
  const before = expect;
  jest.resetModules();
  try {
    Reflect.deleteProperty(globalThis, 'expect');
    const attempt = import('../src/setup.ts').catch(String);
    before(await attempt).toMatch(/there is no global expect here.*setupFilesAfterEnv.*globals: true/s);
  } finally {
    Object.assign(globalThis, { expect: before });
  }
});
