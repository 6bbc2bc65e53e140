import { setFlagsFromString } from 'node:v8';
import { accelerator, reference, supports } from '../src/index.ts';
import { describeKernels, type Skip } from './describeKernels.ts';

// Node 20 and 21 have relaxed SIMD behind a flag. The library sets no flags; a test may.
setFlagsFromString('--experimental-wasm-relaxed-simd');

const SKIP: readonly Skip[] = [
  {
    reason: 'products of float32 matrices are added in float32, as everywhere in machine learning',
    tests: ['gemm adds float32 products in float64'],
  },
];

for (const build of ['simd', 'relaxed'] as const) {
  if (!supports(build)) {
    test.skip(`the ${build} kernels (skipped: this engine does not run them)`, () => undefined);
    continue;
  }
  const { kernels } = accelerator(() => build, reference, { always: true });
  describeKernels(
    `the ${build} kernels`,
    { ...reference, ...kernels },
    {
      skip: SKIP,
      only: Object.keys(kernels),
    },
  );
}
