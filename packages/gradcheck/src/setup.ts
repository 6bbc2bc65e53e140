/*
 * The line for `setupFilesAfterEnv` (Jest) or `setupFiles` with `globals: true` (Vitest): adds the matchers to the global
 * `expect` and declares their types. Without a global `expect`, write `expect.extend(matchers)`.
 */
import { matchers } from './matchers.ts';
import type { GradcheckOptions, Nested } from './options.ts';

declare global {
  // Jest's own types and those of Vitest (whose assertions extend this interface) are both reached through it.
  // eslint-disable-next-line @typescript-eslint/no-namespace -- that is where they look
  namespace jest {
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- an interface is merged only if its parameters agree
    interface Matchers<R, T> {
      /**
       * Checks the gradients of a function of tensors, or of a module and its parameters, against finite differences.
       *
       * @param inputs one item per argument; tensors may be nested in arrays and objects.
       */
      toHaveCorrectGradients(inputs: readonly Nested[], options?: GradcheckOptions): R;
      /** Checks the verdict of a report, such as `checkGradient` returns it. */
      toPassGradcheck(options?: Pick<GradcheckOptions, 'allowInconclusive'>): R;
    }
  }
}

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
