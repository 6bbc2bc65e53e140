// Runs every program in examples/ with few steps: do they still run? An example that is not listed here fails the check.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** @type {Record<string, string[]>} Arguments that make each example short. */
const shortRuns = {
  'char-lm.ts': ['--steps', '10', '--write', '40'],
  'linear-regression.ts': ['--steps', '20'],
  'matmul-add.ts': [],
  'mnist.ts': ['--epochs', '1', '--limit', '600'],
  'pendulum.ts': ['--iterations', '2', '--frames', '20'],
  'resnet.ts': ['--epochs', '1', '--pictures', '200'],
  'rosenbrock.ts': ['--descents', '100'],
  'vae.ts': ['--epochs', '1', '--limit', '500'],
  'xor.ts': ['--steps', '20'],
};

const tsNode = join(
  dirname(createRequire(import.meta.url).resolve('ts-node/package.json')),
  'dist',
  'bin.js',
);
let failed = 0;
for (const file of readdirSync(join(root, 'examples')).filter((name) => /(?<!\.d)\.ts$/.test(name))) {
  const args = shortRuns[file];
  if (args === undefined) {
    console.error(`FAIL examples/${file}: give it a short run in scripts/examples-check.mjs`);
    failed += 1;
    continue;
  }
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsNode, join('examples', file), ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (status === 0) {
    console.log(`ok   examples/${file} ${args.join(' ')} (${seconds} s)`);
  } else {
    console.error(`FAIL examples/${file} ${args.join(' ')}\n${stdout}${stderr}`);
    failed += 1;
  }
}
process.exitCode = failed === 0 ? 0 : 1;
