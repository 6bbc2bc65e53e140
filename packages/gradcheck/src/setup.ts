/*
 * The line for `setupFilesAfterEnv` (Jest) or `setupFiles` with `globals: true` (Vitest): adds the matchers to the global
 * `expect` and declares their types. Without a global `expect`, write `expect.extend(matchers)`; for the types of an imported
 * one see `GradientMatchers`.
 */
import { matchers, type GradientMatchers } from './matchers.ts';

/* eslint-disable @typescript-eslint/no-namespace, @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type
   -- interfaces are merged only where they stand, and only if their parameters agree */
declare global {
  // Jest with @types/jest.
  namespace jest {
    interface Matchers<R, T> extends GradientMatchers<R> {}
  }
  // Vitest, whose assertions take over all of Chai's.
  namespace Chai {
    interface Assertion extends GradientMatchers<void> {}
  }
}
/* eslint-enable @typescript-eslint/no-namespace, @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type */

interface Expect {
  extend(matchers: object): void;
}

const { expect } = globalThis as { expect?: Expect };
if (expect === undefined) {
  throw new Error(
    '@retrograd/gradcheck/setup: there is no global expect here. Jest: list it in setupFilesAfterEnv (not setupFiles). ' +
      "Vitest: set globals: true, or write expect.extend(matchers) with matchers from '@retrograd/gradcheck'.",
  );
}
expect.extend(matchers);
