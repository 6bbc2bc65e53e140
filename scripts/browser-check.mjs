// Does what we would publish run in a browser? Installs the built packages into an empty project outside the repository,
// bundles two small programs (packages/retrograd/test/browser) with esbuild and with Vite, neither configured, and runs
// them in headless Chromium. Its gradients must be those of Node; nothing of Node may be needed; a program that only
// uses tensors must not carry layers, optimisers or file formats.
//
//   node scripts/browser-check.mjs [--required] [--sizes]
//
// Chromium is looked for at $CHROMIUM_PATH and then in $PATH. Without it the bundles are built and run in Node only, and
// the check says so; --required makes that an error. --sizes prints how large the bundles are.

import { build } from 'esbuild';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { build as viteBuild } from 'vite';

const { values: options } = parseArgs({
  options: { required: { type: 'boolean', default: false }, sizes: { type: 'boolean', default: false } },
});

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Builds differ in how they round; within five steps of training that stays below this. */
const TOLERANCE = 1e-5;

/**
 * @typedef {{ losses: number[], gradients: number[][] }} Training
 * @typedef {{ build: string, mlp: Training, cnn: Training, csv: unknown, npz: unknown }} Outcome
 */

/** A check that did not hold; its message is all the user needs to see. */
class CheckError extends Error {}

/**
 * @param {boolean} holds
 * @param {string} message
 */
function check(holds, message) {
  if (!holds) throw new CheckError(message);
}

/** Where Chromium is, or undefined. */
function findChromium() {
  if (process.env['CHROMIUM_PATH']) return process.env['CHROMIUM_PATH'];
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

/**
 * Copies what npm would install: of ours what is built, of others everything.
 * @param {string} project
 */
function install(project) {
  const modules = join(project, 'node_modules');
  for (const folder of readdirSync(join(root, 'packages'))) {
    const from = join(root, 'packages', folder);
    if (!existsSync(join(from, 'package.json'))) continue;
    check(
      existsSync(join(from, 'dist', 'esm', 'package.json')),
      `packages/${folder} is not built: npm run build`,
    );
    const to = join(modules, folder === 'retrograd' ? folder : join('@retrograd', folder));
    for (const part of ['package.json', 'dist'])
      cpSync(join(from, part), join(to, part), { recursive: true });
  }
  for (const name of ['fflate', 'papaparse'])
    cpSync(join(root, 'node_modules', name), join(modules, name), { recursive: true });
  for (const page of ['page.ts', 'core.ts'])
    cpSync(join(root, 'packages', 'retrograd', 'test', 'browser', page), join(project, page));
}

/** @param {string} script the address of a module */
const html = (script) =>
  `<!doctype html><title>retrograd</title><script type="module" src="${script}"></script>\n`;

/**
 * Bundles a program with esbuild.
 * @param {string} project
 * @param {string} page
 * @returns {Promise<string[]>} the packages of which something is in the bundle
 */
async function bundle(project, page) {
  const folder = join(project, 'esbuild', page);
  const { metafile, warnings } = await build({
    absWorkingDir: project,
    entryPoints: [`${page}.ts`],
    outfile: join(folder, 'bundle.js'),
    bundle: true,
    minify: true,
    format: 'esm',
    metafile: true,
    logLevel: 'silent',
  });
  check(warnings.length === 0, `esbuild warns: ${warnings.map(({ text }) => text).join('\n')}`);
  writeFileSync(join(folder, 'index.html'), html('bundle.js'));
  const [output] = Object.values(metafile.outputs);
  check(output?.imports.length === 0, `the bundle of ${page}.ts still imports something`);
  const inside = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const names = inside.map(([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'the program');
  return [...new Set(names)];
}

/**
 * The same with Vite.
 * @param {string} project
 * @param {string} page
 */
async function bundleWithVite(project, page) {
  const folder = join(project, 'vite', page);
  cpSync(join(project, `${page}.ts`), join(folder, `${page}.ts`));
  writeFileSync(join(folder, 'index.html'), html(`/${page}.ts`));
  /** @type {string[]} */
  const warnings = [];
  await viteBuild({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    build: { rollupOptions: { onwarn: ({ message }) => void warnings.push(message) } },
  });
  // That a page that uses all of retrograd is more than 500 kB is no question of configuration.
  const serious = warnings.filter((message) => !message.includes('chunks are larger than'));
  check(serious.length === 0, `Vite warns: ${serious.join('\n')}`);
  const assets = join(folder, 'dist', 'assets');
  for (const file of readdirSync(assets)) {
    const text = readFileSync(join(assets, file), 'utf8');
    check(!text.includes('__vite-browser-external'), `Vite's ${file} needs a module of Node's`);
  }
}

/** @type {Record<string, string>} */
const types = { '.html': 'text/html', '.js': 'text/javascript' };

/**
 * Serves a folder to this machine only.
 * @param {string} folder
 * @returns {Promise<{ address: string, close: () => void }>}
 */
async function serve(folder) {
  const server = createServer(({ url = '/' }, response) => {
    const path = join(folder, url.endsWith('/') ? `${url}index.html` : url);
    if (!existsSync(path)) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' });
    response.end(readFileSync(path));
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', () => ready(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { address: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {string} folder
 * @returns {Promise<unknown>} what the page leaves in `globalThis.outcome`
 */
async function runInBrowser(browser, folder) {
  const server = await serve(folder);
  try {
    const page = await browser.newPage();
    const failure = new Promise((_, reject) => {
      page.on('pageerror', ({ stack, message }) =>
        reject(new CheckError(`in the browser: ${stack ?? message}`)),
      );
    });
    // It may come before anybody waits for it.
    failure.catch(() => undefined);
    await page.goto(server.address);
    const finished = page.waitForFunction(() => 'outcome' in globalThis, undefined, { timeout: 60_000 });
    await Promise.race([finished, failure]);
    return await page.evaluate(() => Reflect.get(globalThis, 'outcome'));
  } finally {
    server.close();
  }
}

/**
 * @param {string} file an ES module
 * @returns {Promise<unknown>} what it leaves in `globalThis.outcome`
 */
async function runInNode(file) {
  await import(pathToFileURL(file).href);
  return Reflect.get(globalThis, 'outcome');
}

/**
 * @param {string} where
 * @param {Outcome} actual
 * @param {Outcome} expected
 */
function compare(where, actual, expected) {
  const same = JSON.stringify([actual.csv, actual.npz]) === '[[[1,2],[3,4]],[[1,2.5]]]';
  check(same, `${where}: CSV and npz were read as ${JSON.stringify([actual.csv, actual.npz])}`);
  let largest = 0;
  for (const model of /** @type {const} */ (['mlp', 'cnn'])) {
    const [mine, theirs] = [actual[model], expected[model]].map(({ losses, gradients }) => [
      losses,
      ...gradients,
    ]);
    check(mine?.length === theirs?.length, `${where}: ${model}: another number of gradients than in Node`);
    theirs?.forEach((values, i) => {
      const scale = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      check(
        values.length === mine?.[i]?.length,
        `${where}: ${model}: a gradient of another size than in Node`,
      );
      check(scale > 0 && Number.isFinite(scale), `${where}: ${model}: Node finds no gradient`);
      values.forEach((x, k) => {
        const difference = Math.abs(x - (mine?.[i]?.[k] ?? NaN)) / scale;
        check(difference <= TOLERANCE, `${where}: ${model}: ${mine?.[i]?.[k]} where Node finds ${x}`);
        largest = Math.max(largest, difference);
      });
    });
    check((mine?.[0]?.at(-1) ?? NaN) < (mine?.[0]?.[0] ?? NaN), `${where}: ${model}: the loss does not fall`);
  }
  check(
    actual.build !== expected.build || largest === 0,
    `${where}: the ${actual.build} build differs from itself in Node by ${largest}`,
  );
  console.log(
    `ok  ${where}: kernels ${actual.build}, Node's ${expected.build}, largest difference ${largest.toExponential(1)}`,
  );
}

/** @param {string} project an empty folder */
async function main(project) {
  install(project);
  const inPage = await bundle(project, 'page');
  for (const name of ['kernels', 'core', 'nn', 'optim', 'data'].map((short) => `@retrograd/${short}`))
    check(inPage.includes(name), `the bundle of page.ts lacks ${name}`);
  const inCore = await bundle(project, 'core');
  const strangers = inCore.filter(
    (name) => !['the program', '@retrograd/kernels', '@retrograd/core'].includes(name),
  );
  check(strangers.length === 0, `a program that only uses tensors carries ${strangers.join(', ')}`);
  for (const page of ['page', 'core']) await bundleWithVite(project, page);
  console.log('ok  bundled by esbuild and Vite without configuration; tensors alone bring nothing else');

  const sizes = [
    ['everything', join(project, 'esbuild', 'page', 'bundle.js')],
    ['tensors alone', join(project, 'esbuild', 'core', 'bundle.js')],
  ].map(([what, file]) => {
    const text = readFileSync(String(file));
    return `${what}: ${(text.length / 1024).toFixed(0)} KiB, gzipped ${(gzipSync(text).length / 1024).toFixed(0)} KiB`;
  });
  if (options.sizes) console.log(sizes.join('\n'));

  const expected = /** @type {Outcome} */ (await runInNode(join(project, 'esbuild', 'page', 'bundle.js')));
  compare('esbuild, Node', expected, expected);

  const executablePath = findChromium();
  if (executablePath === undefined) {
    const message = 'no Chromium in CHROMIUM_PATH or PATH';
    check(!options.required, message);
    console.log(`SKIPPED the browser: ${message}`);
    return;
  }
  // Containers run as root, where Chromium's sandbox cannot start.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    for (const bundler of ['esbuild', 'vite']) {
      const folder = (/** @type {string} */ page) =>
        join(project, bundler, page, ...(bundler === 'vite' ? ['dist'] : []));
      const where = `${bundler}, Chromium ${browser.version()}`;
      const outcome = /** @type {Outcome} */ (await runInBrowser(browser, folder('page')));
      check(['simd', 'relaxed'].includes(outcome.build), `${where}: runs the ${outcome.build} kernels`);
      compare(where, outcome, expected);
      const gradient = JSON.stringify(await runInBrowser(browser, folder('core')));
      check(gradient === '[2,4,6]', `${where}: tensors alone: the gradient is ${gradient}`);
    }
  } finally {
    await browser.close();
  }
}

const project = mkdtempSync(join(tmpdir(), 'retrograd-browser-'));
try {
  mkdirSync(join(project, 'node_modules'));
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
  await main(project);
} catch (error) {
  if (!(error instanceof CheckError)) throw error;
  console.error(`browser-check: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(project, { recursive: true, force: true, maxRetries: 3 });
}
