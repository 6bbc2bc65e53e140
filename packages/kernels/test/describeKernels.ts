import type { Kernels } from '../src/index.ts';
import { Random } from './conformance/check.ts';
import { conformance } from './conformance/index.ts';

/** Tests an implementation leaves out, by name ("gemm adds float32 products in float64"), and why it may. */
export interface Skip {
  readonly reason: string;
  readonly tests: readonly string[];
}

/** The seed of the test data: RETROGRAD_SEED, or a fixed one, so that a run repeats. */
const seed = Number(process.env['RETROGRAD_SEED'] ?? 20260723);

/**
 * The conformance suite: holds any implementation of the kernels to plain definitions of them. An accelerator passes
 * itself laid over the reference, `{ ...reference, ...accelerated }`.
 *
 * @param options.only The kernels that differ from the reference; all by default.
 * @throws If a skip names no test of the suite.
 */
export function describeKernels(
  name: string,
  kernels: Kernels,
  { skip = [], only }: { skip?: readonly Skip[]; only?: readonly string[] } = {},
): void {
  const titles = conformance.map(({ kernel, title }) => `${kernel} ${title}`);
  for (const { tests } of skip) {
    for (const skipped of tests)
      if (!titles.includes(skipped)) throw new Error(`no conformance test "${skipped}"`);
  }
  describe(name, () => {
    conformance.forEach(({ kernel, run }, i) => {
      if (only !== undefined && !only.includes(kernel)) return;
      const reason = skip.find(({ tests }) => tests.includes(titles[i]))?.reason;
      if (reason !== undefined) {
        test.skip(`${titles[i]} (skipped: ${reason})`, () => undefined);
        return;
      }
      test(titles[i], () => {
        try {
          run(kernels, new Random(seed + i));
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          throw new Error(`${titles[i]}: ${message}. Repeat with RETROGRAD_SEED=${seed}`, { cause: error });
        }
      });
    });
  });
}
