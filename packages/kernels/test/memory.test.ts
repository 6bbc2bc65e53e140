import { runInNewContext } from 'node:vm';
import { accelerator, kernelsInfo, kernels, reference, supports } from '../src/index.ts';

const MIB = 2 ** 20;
const runs = supports('simd') ? test : test.skip;

function multiply(n: number, gemm: typeof reference.gemm): Float32Array {
  const a = Float32Array.from({ length: n * n }, (_, i) => (i % 7) - 3);
  const c = new Float32Array(n * n);
  gemm(n, n, n, 1, a, 0, n, 1, a, 0, 1, n, 0, c, 0, n);
  return c;
}

runs('the memory grows with the operands and shrinks again after a peak', () => {
  const { kernels: fast, machine } = accelerator(() => 'simd', reference, { always: true });
  const gemm = fast.gemm ?? reference.gemm;
  const small = multiply(16, gemm);
  const before = machine.bytes;
  expect(before).toBeLessThanOrEqual(4 * MIB);
  const peak = 4 * 1024 * 1024;
  gemm(
    peak,
    1,
    1,
    1,
    new Float32Array(peak),
    0,
    1,
    1,
    Float32Array.of(2),
    0,
    1,
    1,
    0,
    new Float32Array(peak),
    0,
    1,
  );
  expect(machine.bytes).toBeGreaterThan(32 * MIB);
  for (let i = 0; i < 1100; i++) expect(multiply(16, gemm)).toEqual(small);
  expect(machine.bytes).toBeLessThanOrEqual(4 * MIB);
});

test.each(['simd', 'relaxed'] as const)('what a call may use begins after the constants (%s)', (build) => {
  if (!supports(build)) return;
  const { machine } = accelerator(() => build, reference);
  expect(machine.ready()).toBe(true);
  machine.begin(64);
  const first = machine.place(64) / 8;
  expect(machine.f64.subarray(0, first).some((v) => v !== 0)).toBe(true);
  expect(machine.f64.subarray(first).every((v) => v === 0)).toBe(true);
});

runs('a call that needs more memory than there can be says so', () => {
  const { machine } = accelerator(() => 'simd', reference);
  expect(machine.ready()).toBe(true);
  expect(() => machine.begin(5000 * MIB)).toThrow(
    /kernels: out of memory: one call needs 5001 MiB of WebAssembly memory.*RETROGRAD_KERNELS=reference/,
  );
  machine.begin(8 * MIB);
  expect(machine.bytes).toBeGreaterThanOrEqual(8 * MIB);
});

runs('results repeat to the last bit', () => {
  const { kernels: fast } = accelerator(() => 'simd', reference);
  const gemm = fast.gemm ?? reference.gemm;
  expect(multiply(67, gemm)).toEqual(multiply(67, gemm));
});

test('an engine that runs no build falls back to the reference', () => {
  const { kernels: fast, machine } = accelerator(() => undefined, reference, { always: true });
  expect(multiply(9, fast.gemm ?? reference.gemm)).toEqual(multiply(9, reference.gemm));
  expect(machine.ready()).toBe(false);
  expect(machine.build).toBeUndefined();
});

test('kernelsInfo tells the build in use', () => {
  const info = kernelsInfo();
  expect(['simd', 'relaxed', 'reference']).toContain(info.build);
  expect(info.forced).toBe((process.env['RETROGRAD_KERNELS'] ?? '') !== '');
  expect(Object.keys(kernels).sort()).toEqual(Object.keys(reference).sort());
});

runs('arrays of another realm are computed in WebAssembly too', () => {
  const { kernels: fast, machine } = accelerator(() => 'simd', reference, { always: true });
  const Foreign = runInNewContext('Float32Array') as Float32ArrayConstructor;
  const before = machine.bytes;
  const a = new Foreign([1, 2, 3, 4]);
  const c = new Foreign(4);
  fast.gemm?.(2, 2, 2, 1, a, 0, 2, 1, a, 0, 2, 1, 0, c, 0, 2);
  expect(Array.from(c)).toEqual([7, 10, 15, 22]);
  expect(before).toBe(0);
  expect(machine.bytes).toBeGreaterThan(0);
});
