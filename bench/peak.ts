import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';

// Twelve independent sums of products, so that neither latency nor memory bounds them; each round 12 · 4 · 2 operations.
// Factor and term are arguments: newer engines make constants anew at every use.
const SUMS = 12;
const multiplyAdd = (relaxed: boolean, x: string): string =>
  relaxed ? `f32x4.relaxed_madd(${x}, b, c)` : `f32x4.add(f32x4.mul(${x}, b), c)`;
const source = (relaxed: boolean): string => `
export function run(rounds: i32, factor: f32, term: f32): f32 {
  const b = f32x4.splat(factor), c = f32x4.splat(term);
  ${Array.from({ length: SUMS }, (_, i) => `let s${i} = f32x4.splat(<f32>${i});`).join(' ')}
  for (let k = 0; k < rounds; ++k) {
    ${Array.from({ length: SUMS }, (_, i) => `s${i} = ${multiplyAdd(relaxed, `s${i}`)};`).join(' ')}
  }
  ${Array.from({ length: SUMS - 1 }, (_, i) => `s0 = f32x4.add(s0, s${i + 1});`).join(' ')}
  return f32x4.extract_lane(s0, 0);
}`;

/**
 * What this core can do at most with 128-bit multiplications and additions, in GFLOP/s: the best of several runs.
 * @param relaxed with the fused instruction of relaxed SIMD
 */
export async function simdPeak(relaxed: boolean): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'peak-'));
  try {
    writeFileSync(join(folder, 'peak.ts'), source(relaxed));
    const asc = join(__dirname, '..', 'node_modules', 'assemblyscript', 'bin', 'asc.js');
    const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '-o', 'peak.wasm'];
    if (relaxed) flags.push('--enable', 'relaxed-simd');
    const { status, stderr } = spawnSync(process.execPath, [asc, 'peak.ts', ...flags], { cwd: folder });
    if (status !== 0) throw new Error(`the peak's loop does not compile: ${String(stderr)}`);
    const { instance } = await WebAssembly.instantiate(readFileSync(join(folder, 'peak.wasm')), {
      env: { abort: () => undefined },
    });
    const run = instance.exports.run as (rounds: number, factor: number, term: number) => number;
    const rounds = 2_000_000;
    let best = 0;
    for (let i = 0; i < 12; i++) {
      const start = performance.now();
      run(rounds, 0.999, 0.001);
      best = Math.max(best, (rounds * SUMS * 8) / (performance.now() - start) / 1e6);
    }
    return best;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
