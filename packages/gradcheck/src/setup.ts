/*
 * The line for `setupFilesAfterEnv` (Jest) or `setupFiles` with `globals: true` (Vitest): adds the matchers to the global
 * `expect` and declares their types. Without a global `expect`, write `expect.extend(matchers)`.
 */
import { matchers } from './matchers.ts';
import type { GradcheckOptions, Nested } from './options.ts';

/** The matchers, for runners whose assertions return R. */
export interface GradientMatchers<R> {
  /**
   * Checks the gradients of a function of tensors, or of a module and its parameters, against finite differences.
   *
   * @param inputs one item per argument; tensors may be nested in arrays and objects.
   */
  toHaveCorrectGradients(inputs: readonly Nested[], options?: GradcheckOptions): R;
  /** Checks the verdict of a report, such as `checkGradient` returns it. */
  toPassGradcheck(options?: Pick<GradcheckOptions, 'allowInconclusive'>): R;
}

/* eslint-disable @typescript-eslint/no-namespace, @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type
   -- interfaces are merged only where they stand, and only if their parameters agree */
declare global {
  // Jest; Vitest up to version 4.
  namespace jest {
    interface Matchers<R, T> extends GradientMatchers<R> {}
  }
  // Vitest: its assertions take over all of Chai's.
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
