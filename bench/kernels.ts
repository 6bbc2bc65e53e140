/**
 * The WebAssembly kernels beside the plain TypeScript ones, in one process: matrix products and convolutions in GFLOP/s
 * (of the definition's operations), elementwise functions in nanoseconds an element, and the training step of a small CNN.
 *
 *   npm run bench:kernels
 *   npm run bench:kernels -- --crossover     from which size on a call into WebAssembly pays
 *
 * On Node 20 the relaxed build needs node's flag --experimental-wasm-relaxed-simd.
 */
import { accelerator, bestBuild, installKernels, reference, type Kernels } from '@retrograd/kernels';
import * as rg from 'retrograd';

const build = bestBuild();
const fast: Kernels = { ...reference, ...accelerator(() => build, reference).kernels };

/** Milliseconds of one run: the median of several, after a warm-up. */
function time(run: () => void, budget = 300): number {
  const times: number[] = [];
  const end = performance.now() + budget;
  run();
  run();
  do {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  } while (performance.now() < end || times.length < 3);
  return times.sort((a, b) => a - b)[times.length >> 1];
}

function report(name: string, run: (kernels: Kernels) => void, unit: (ms: number) => string): void {
  const before = time(() => run(reference));
  const after = time(() => run(fast));
  console.log(
    `${name.padEnd(24)} reference ${unit(before).padStart(16)}   ${build ?? 'reference'} ${unit(after).padStart(16)}   ${(before / after).toFixed(1)}×`,
  );
}

function random(
  length: number,
  type: typeof Float32Array | typeof Float64Array,
): Float32Array | Float64Array {
  const array = new type(length);
  for (let i = 0; i < length; i++) array[i] = Math.random() * 2 - 1;
  return array;
}

/** Prints what a call costs at small sizes: from where the lines cross, packages/kernels/src/wasm/limits.ts follows. */
function crossover(): void {
  const always: Kernels = {
    ...reference,
    ...accelerator(() => build, reference, { always: true }).kernels,
  };
  const [a, b] = [random(4096, Float32Array), random(4096, Float32Array)];
  const c = new Float32Array(4096);
  const line = (name: string, run: (kernels: Kernels) => void): void => {
    const [slow, quick] = [reference, always].map((k) =>
      time(() => {
        for (let i = 0; i < 1000; i++) run(k);
      }, 100),
    );
    console.log(`${name.padEnd(24)} reference ${slow.toFixed(2)} µs   ${build} ${quick.toFixed(2)} µs`);
  };
  for (const n of [16, 32, 64, 128, 256, 512, 1024]) {
    line(`tanh ${n}`, (k) => k.tanh(n, a, 0, c, 0));
    line(`relu ${n}`, (k) => k.relu(n, a, 0, c, 0));
    line(`add ${n}`, (k) => k.add(1, n, a, 0, 0, 1, b, 0, 0, 1, c, 0));
    line(`sum ${n}`, (k) => k.sum(1, n, 1, a, 0, c, 0));
  }
  for (const n of [4, 6, 8, 12, 16, 32])
    line(`gemm ${n}`, (k) => k.gemm(n, n, n, 1, a, 0, n, 1, b, 0, n, 1, 0, c, 0, n));
  process.exit();
}

if (process.argv.includes('--crossover')) crossover();

for (const type of [Float32Array, Float64Array]) {
  for (const n of type === Float32Array ? [256, 512, 1024] : [512]) {
    const [a, b, c] = [random(n * n, type), random(n * n, type), new type(n * n)];
    report(
      `gemm ${n} ${type === Float32Array ? 'float32' : 'float64'}`,
      (k) => k.gemm(n, n, n, 1, a, 0, n, 1, b, 0, n, 1, 0, c, 0, n),
      (ms) => `${((2 * n ** 3) / ms / 1e6).toFixed(2)} GFLOP/s`,
    );
  }
}

for (const [inChannels, outChannels, size, batch] of [[64, 64, 56, 1], [16, 32, 14, 16], [1, 16, 28, 16]]) {
  const square = { height: size, width: size, outHeight: size, outWidth: size };
  const taps = { kernelHeight: 3, kernelWidth: 3, strideHeight: 1, strideWidth: 1, padTop: 1, padLeft: 1 };
  const geometry = {
    ...square, ...taps, dilationHeight: 1, dilationWidth: 1, batch, inChannels, outChannels, groups: 1,
  };
  const [input, output] = [inChannels, outChannels].map((c) => random(batch * c * size * size, Float32Array));
  const weight = random(outChannels * inChannels * 9, Float32Array);
  const [dx, y, dw] = [input, output, weight].map((x) => new Float32Array(x.length));
  const speed = (ms: number): string => `${((18 * output.length * inChannels) / ms / 1e6).toFixed(2)} GFLOP/s`;
  const name = `conv ${inChannels}→${outChannels}, ${size} × ${size}`;
  report(name, (k) => k.conv2d(geometry, input, 0, weight, 0, null, 0, y, 0), speed);
  report(`${name}, dx`, (k) => k.conv2dInputGrad(geometry, output, 0, weight, 0, dx, 0), speed);
  report(`${name}, dw`, (k) => k.conv2dWeightGrad(geometry, output, 0, input, 0, dw, 0), speed);
} // prettier-ignore

const N = 1_000_000;
const x = Float32Array.from({ length: N }, () => Math.random() * 8 - 4);
const out = new Float32Array(N);
const perElement = (ms: number): string => `${((ms * 1e6) / N).toFixed(2)} ns`;
for (const name of ['exp', 'tanh', 'sigmoid', 'erf', 'gelu', 'silu', 'relu'] as const)
  report(`${name} 10⁶`, (k) => k[name](N, x, 0, out, 0), perElement);
report('log 10⁶', (k) => k.log(N, x, 0, out, 0), perElement);
for (const name of ['add', 'mul', 'reluGrad'] as const)
  report(`${name} 10⁶`, (k) => k[name](1, N, x, 0, 0, 1, x, 0, 0, 1, out, 0), perElement);
report('sum 10⁶', (k) => k.sum(1, N, 1, x, 0, out, 0), perElement);
report('softmax 10⁴ × 100', (k) => k.softmax(N / 100, 100, 1, x, 0, out, 0), perElement);

function cnn(): () => void {
  const { nn, optim } = rg;
  const model = new nn.Sequential(
    new nn.Conv2d(1, 16, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(16, 32, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Linear(32 * 7 * 7, 10),
  );
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
  const input = rg.randn([64, 1, 28, 28]);
  const target = rg.randint(0, 10, [64]);
  return () => {
    optimizer.zeroGrad();
    rg.crossEntropy(model.forward(input), target).backward();
    optimizer.step();
  };
}

const step = cnn();
report(
  'CNN step, batch 64',
  (k) => {
    const restore = installKernels(k);
    step();
    restore();
  },
  (ms) => `${ms.toFixed(1)} ms`,
);
