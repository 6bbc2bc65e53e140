/**
 * How fast is it, and beside what people would use instead?
 *
 *   npm run bench                          retrograd alone
 *   npm run bench -- --peers               beside PyTorch (if /usr/bin/python3 has it), tfjs, jax-js, js-pytorch and Deepbox,
 *                                          which are installed into bench/node_modules
 *   npm run bench -- --only cnn,matmul     workloads whose names contain one of these
 *   npm run bench -- --json FILE           keeps the figures (default bench/results.json with --peers)
 *   npm run bench -- --readme              puts the table into README.md
 *
 * Every library runs in a process of its own, on one thread. They take turns, several times over, and the figure is the
 * median over all steps of all turns, after a warm-up (a step that takes 20 s is measured once). Data are random. More
 * in README.md beside this file.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { kernelsInfo } from 'retrograd';
import { Library, type Answer } from './library.ts';
import { simdPeak } from './peak.ts';
import { failures, table, type Measurement, type Results } from './table.ts';
import { workloads, type Workload } from './workloads.ts';

const { values: options } = parseArgs({
  options: {
    peers: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    budget: { type: 'string', default: '400' },
    json: { type: 'string' },
    readme: { type: 'boolean', default: false },
  },
});
const here = __dirname;
const root = join(here, '..');
/** Who needs as many milliseconds for a step is measured once. */
const SLOW = 20_000;

function npm(...args: string[]): void {
  const { status } = spawnSync('npm', args, { cwd: here, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in bench/`);
}

function installPeers(): void {
  if (existsSync(join(here, 'node_modules', '.package-lock.json'))) return;
  console.error('installing the peers into bench/node_modules …');
  // Some would compile drivers for graphics cards, which nothing here uses; only Node's package has to unpack itself.
  npm('install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock');
  npm('rebuild', 'node');
}

/** Ours first. A peer that does not run here is left out, and said to be. */
async function libraries(): Promise<Library[]> {
  const runner = (file: string): string => join(here, 'runners', file);
  const ours = await Library.start({
    program: process.execPath,
    args: ['-r', 'ts-node/register/transpile-only', runner('retrograd.ts')],
    cwd: root,
  });
  if (ours === null) throw new Error('retrograd itself does not run');
  const running = [ours];
  if (!options.peers) return running;
  installPeers();
  const single = { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  const node24 = join(here, 'node_modules', 'node', 'bin', 'node');
  const peers: [name: string, program: string, file: string][] = [
    ['PyTorch', '/usr/bin/python3', runner('pytorch.py')],
    ...['tfjs', 'jax-js', 'js-pytorch'].map((name): [string, string, string] => [
      name,
      process.execPath,
      join(here, 'peers', `${name}.mjs`),
    ]),
    ['Deepbox', node24, join(here, 'peers', 'deepbox.mjs')],
  ];
  for (const [name, program, file] of peers) {
    const library = await Library.start({ program, args: [file], cwd: here, env: single });
    if (library === null) console.error(`${name} does not run here and is left out`);
    else running.push(library);
  }
  return running;
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** The median over all turns. */
function combined(answers: readonly Answer[]): Measurement {
  const error = answers.find((answer) => answer.error !== undefined)?.error;
  if (error !== undefined) return { error };
  const phases = Object.keys(answers[0].phases ?? {}).map((phase) => [
    phase,
    median(answers.flatMap((answer) => answer.phases?.[phase] ?? [])),
  ]);
  return {
    ms: median(answers.flatMap(({ times = [] }) => times)),
    phases: Object.fromEntries(phases) as Record<string, number>,
  };
}

async function measure(workload: Workload, all: readonly Library[]): Promise<Map<Library, Measurement>> {
  const answers = new Map<Library, Answer[]>();
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const library of all) {
      if (!library.workloads.has(workload.id)) continue;
      const before = answers.get(library) ?? [];
      if (before.some(({ error, times = [] }) => error !== undefined || times[0] > SLOW)) continue;
      answers.set(library, [...before, await library.measure(workload.id, Number(options.budget))]);
    }
  }
  return new Map([...answers].map(([library, list]) => [library, combined(list)]));
}

async function main(): Promise<void> {
  const wanted = options.only?.split(',');
  const chosen = workloads.filter(
    ({ id }) => wanted === undefined || wanted.some((part) => id.includes(part)),
  );
  const relaxed = kernelsInfo().build === 'relaxed';
  const peak = await simdPeak(relaxed);
  const all = await libraries();
  const results: Record<string, Record<string, Measurement>> = Object.fromEntries(
    all.map(({ name }) => [name, {}]),
  );
  for (const workload of chosen) {
    process.stderr.write(`${workload.label} …\n`);
    for (const [library, measurement] of await measure(workload, all))
      results[library.name][workload.id] = measurement;
  }
  for (const library of all) library.stop();
  report(chosen, results, peak);
}

function report(chosen: readonly Workload[], results: Results, peak: number): void {
  const machine = `${cpus()[0].model.trim()}, Node ${process.versions.node}, one thread each, ${new Date().toISOString().slice(0, 10)}`;
  const failed = failures(results).map((failure, i) => `${i === 0 ? '\n' : ''}- ${failure}`);
  const text = [
    table(chosen, results, peak),
    '',
    `${machine}. In brackets: how many times as fast retrograd is. This core's peak with 128-bit vectors is ` +
      `${peak.toFixed(1)} GFLOP/s.`,
    ...failed,
  ].join('\n');
  console.log(`\n${text}`);
  const file =
    options.json ?? (options.peers && options.only === undefined ? join(here, 'results.json') : undefined);
  if (file !== undefined) writeFileSync(file, `${JSON.stringify({ machine, peak, results }, null, 2)}\n`);
  if (options.readme) intoReadme(text);
}

/** Between the two comments that mark its place. */
function intoReadme(text: string): void {
  const path = join(root, 'README.md');
  const page = readFileSync(path, 'utf8');
  const place = /(<!-- bench -->\n)[\s\S]*?(<!-- \/bench -->)/;
  if (!place.test(page)) throw new Error('README.md has no <!-- bench --> … <!-- /bench -->');
  writeFileSync(
    path,
    page.replace(place, (_, open: string, close: string) => `${open}\n${text}\n\n${close}`),
  );
}

void main();
