/* The matchers on an `expect` that is imported: what it does, and (by the type check) that its types know them. */
import { expect as imported } from '@jest/globals';
import { tensor, type Tensor } from '@retrograd/core';
import { matchers, type GradientMatchers } from '../src/index.ts';
import { wrongCube } from './wrong.ts';

declare module 'expect' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type -- as the docs say
  interface Matchers<R extends void | Promise<void>, T = unknown> extends GradientMatchers<R> {}
}

test('expect of @jest/globals takes the matchers', () => {
  imported.extend(matchers);
  const x = tensor([0.5, -1.5], { dtype: 'float64' });
  imported((a: Tensor) => a.exp()).toHaveCorrectGradients([x], { order: 2 });
  imported(wrongCube).not.toHaveCorrectGradients([x]);
  expect(() => imported(wrongCube).toHaveCorrectGradients([x])).toThrow(/wrong gradient/);
});
