// Runs every program in examples/ with few steps: do they still run? A program that is not listed here fails the check.

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** @type {Record<string, string[]>} Arguments that make each example short. */
const shortRuns = {
  'backpropagation/convolution.ts': [],
  'backpropagation/linear.ts': [],
  'backpropagation/pebbles.ts': [],
  'backpropagation/pipeline.ts': ['--steps', '2', '--micro-batches', '4'],
  'backpropagation/regression.ts': [],
  'backpropagation/tables.ts': [],
  'char-lm.ts': ['--steps', '50', '--write', '80'],
  'linear-regression.ts': ['--steps', '20'],
  'matmul-add.ts': [],
  'mnist.ts': ['--epochs', '1', '--limit', '600'],
  'pendulum.ts': ['--iterations', '2', '--frames', '20'],
  'resnet.ts': ['--epochs', '1', '--pictures', '100'],
  'rosenbrock.ts': ['--descents', '100'],
  'vae.ts': ['--epochs', '1', '--limit', '500'],
  'xor.ts': ['--steps', '20'],
};

/**
 * The program that ts-node checks the types of, as it does when started as the README says. For all of them that would take
 * most of the time, and `npm run typecheck` does it.
 */
const typed = 'linear-regression.ts';

const tsNode = join(
  dirname(createRequire(import.meta.url).resolve('ts-node/package.json')),
  'dist',
  'bin.js',
);

/**
 * The programs: every file at the top of examples/, and those in folders that say so themselves.
 * @returns {string[]}
 */
function programs() {
  const files = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /(?<!\.d)\.ts$/.test(file));
  const isProgram = (/** @type {string} */ file) =>
    !file.includes('/') || readFileSync(join(root, 'examples', file), 'utf8').includes('isProgram(module)');
  return files.filter(isProgram).sort();
}

/**
 * Runs a program; says how it went.
 * @param {string} file
 * @returns {Promise<boolean>}
 */
async function runs(file) {
  if (!Object.hasOwn(shortRuns, file)) {
    console.error(`FAIL examples/${file}: give it a short run in scripts/examples-check.mjs`);
    return false;
  }
  const args = shortRuns[file];
  const started = performance.now();
  const flags = file === typed ? [] : ['-T'];
  const child = spawn(process.execPath, [tsNode, ...flags, join('examples', file), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const status = await new Promise((resolve) => child.on('close', resolve));
  const name = ['examples/' + file, ...args].join(' ');
  if (status !== 0) console.error(`FAIL ${name}\n${output}`);
  else console.log(`ok   ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return status === 0;
}

// Most of the time goes into translating the packages: as many at a time as there are cores.
const waiting = programs();
const gone = Object.keys(shortRuns).filter((file) => !waiting.includes(file));
gone.forEach((file) =>
  console.error(`FAIL examples/${file}: is listed in scripts/examples-check.mjs, but not there`),
);
let failed = gone.length;
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      if (!(await runs(file))) failed += 1;
    }
  }),
);
process.exitCode = failed === 0 ? 0 : 1;
