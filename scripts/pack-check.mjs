// Is what we would publish usable? Builds and packs every package, installs the tarballs into an empty project outside
// the repository, and runs the README's quick start there in the three ways users run Node programs: ts-node in a CommonJS
// project, ES modules, CommonJS. There, too, it imports every entry of every package in both ways, and runs the gradient
// checker and the recipes of docs/gradcheck.md.
//
//   node scripts/pack-check.mjs [--no-build] [--keep]
//
// --no-build  use the packages' dist as it is      --keep  leave the temporary project in place and print where it is

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ts from 'typescript';

const { values: options } = parseArgs({
  options: { 'no-build': { type: 'boolean', default: false }, keep: { type: 'boolean', default: false } },
});

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

// Node 10's resolution knows no "exports"; nobody on Node 20 resolves like that.
const attwFlags = ['--profile', 'node16', '--no-color', '--no-emoji'];

/** A check that did not hold; its message is all the user needs to see. */
class CheckError extends Error {}

/**
 * Runs a command to its end and returns its standard output.
 * @param {string} what
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
function run(what, command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0)
    throw new CheckError(`${what} failed\n${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`);
  return stdout;
}

/**
 * npm without a shell: under `npm run`, npm tells where its own program is.
 * @param {string} what
 * @param {string[]} args
 * @param {string} cwd
 */
function npm(what, args, cwd) {
  const program = process.env.npm_execpath;
  return program === undefined
    ? run(what, 'npm', args, cwd)
    : run(what, process.execPath, [program, ...args], cwd);
}

/**
 * The fenced block that follows an HTML comment in a Markdown page.
 * @param {string} page
 * @param {string} marker
 * @param {string} language
 */
function fencedBlock(page, marker, language) {
  const block = new RegExp(`<!-- ${marker} -->\\s*\`\`\`${language}\\r?\\n([\\s\\S]*?)\`\`\``).exec(
    page,
  )?.[1];
  if (block === undefined) throw new CheckError(`no \`\`\`${language} block after <!-- ${marker} -->`);
  return block;
}

/**
 * Looks into one tarball's list of files.
 * @param {{ name: string, files: { path: string }[] }} pack
 */
function checkContents({ name, files }) {
  const paths = files.map((file) => file.path);
  for (const needed of [
    'LICENSE',
    'package.json',
    'dist/esm/package.json',
    'dist/esm/index.js',
    'dist/esm/index.d.ts',
    'dist/cjs/package.json',
    'dist/cjs/index.js',
    'dist/cjs/index.d.ts',
    'src/index.ts',
  ]) {
    if (!paths.includes(needed)) throw new CheckError(`${name}: the tarball lacks ${needed}`);
  }
  const stray = paths.find((path) => /\.cases\.|\.tsbuildinfo$|(^|\/)test\//.test(path));
  if (stray !== undefined) throw new CheckError(`${name}: the tarball must not contain ${stray}`);
}

/**
 * @param {string} name of an installed package
 * @returns {{ version: string, bin?: string | Record<string, string> }} its package.json
 */
const manifestOf = (name) =>
  JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));

/**
 * The program a development dependency brings.
 * @param {string} name
 */
function bin(name) {
  const { bin: programs = {} } = manifestOf(name);
  const program = typeof programs === 'string' ? programs : Object.values(programs)[0];
  if (program === undefined) throw new CheckError(`${name} brings no program`);
  return join(root, 'node_modules', name, program);
}

/**
 * The gradient checker as its users have it: in scripts without any test runner, and as a command on the recipes of its
 * guide. It is installed here without fast-check, Jest and Vitest.
 * @param {string} project where the tarballs are installed
 */
function checkGradcheck(project) {
  const guide = readFileSync(join(root, 'docs', 'gradcheck.md'), 'utf8');
  const write = (/** @type {string} */ file, /** @type {string} */ text) =>
    writeFileSync(join(project, file), text);
  const script = `
const right = gradcheck((x) => x.exp(), [tensor([0.5, -1])], { order: 2 });
const wrong = checkGradient({ f: (x) => x * x, gradient: (x) => 3 * x, at: 2 });
console.log(right.verdict, wrong.verdict, typeof matchers.toHaveCorrectGradients);
`;
  const names = '{ checkGradient, gradcheck, matchers }';
  write(
    'script.mjs',
    `import ${names} from '@retrograd/gradcheck';\nimport { tensor } from 'retrograd';\n${script}`,
  );
  write(
    'script.cjs',
    `const ${names} = require('@retrograd/gradcheck');\nconst { tensor } = require('retrograd');\n${script}`,
  );
  for (const file of ['script.mjs', 'script.cjs']) {
    const output = run(`gradcheck in ${file}`, process.execPath, [file], project);
    if (output !== 'pass fail function\n') throw new CheckError(`gradcheck in ${file} printed ${output}`);
  }

  write('softplus.ts', fencedBlock(guide, 'recipe-op', 'ts'));
  write('softplus.gradcheck.ts', fencedBlock(guide, 'recipe-op-cases', 'ts'));
  write('logistic.mjs', fencedBlock(guide, 'recipe-plain', 'js'));
  write('logistic.gradcheck.mjs', fencedBlock(guide, 'recipe-plain-cases', 'js'));
  write('logistic-script.mjs', fencedBlock(guide, 'recipe-plain-script', 'js'));
  run('the recipe for plain functions', process.execPath, ['logistic-script.mjs'], project);
  const command = join(project, 'node_modules', '@retrograd', 'gradcheck', 'bin', 'gradcheck.mjs');
  const output = run('gradcheck', process.execPath, [command, '--runs', '3'], project);
  if (!output.includes('3 cases in 2 files: 3 pass')) throw new CheckError(`gradcheck printed ${output}`);
  const links = readdirSync(join(project, 'node_modules', '.bin'));
  if (!links.includes('gradcheck')) throw new CheckError('the gradcheck command is not linked');

  const wrong = readFileSync(join(project, 'logistic.mjs'), 'utf8').replace('- label', '+ label');
  write('logistic.mjs', wrong);
  for (const [code, args] of /** @type {const} */ ([
    [1, ['logistic.gradcheck.mjs']],
    [2, ['nothing.gradcheck.mjs']],
  ])) {
    const { status, stderr } = spawnSync(process.execPath, [command, ...args], {
      cwd: project,
      encoding: 'utf8',
    });
    if (status !== code) {
      throw new CheckError(`gradcheck ${args.join(' ')} ended with ${status}, not ${code}\n${stderr}`);
    }
  }
  console.log('ok  gradcheck: ES module, CommonJS, the command on the recipes of its guide');

  // Type-checked only: nothing of this runs without a test runner.
  const types =
    "import '@retrograd/gradcheck/setup';\ndeclare const assertion: jest.Matchers<void, unknown>;\n";
  write(
    'matchers.ts',
    `${types}export const outcome: void = assertion.toHaveCorrectGradients([1], { order: 2 });\n`,
  );
}

/** Entries for whose sake a project installs something more: a test runner, fast-check. */
const entriesWithPeers = ['@retrograd/gradcheck/setup', '@retrograd/gradcheck/fast-check'];

/**
 * Every entry that a package's manifest names, as an ES module and as CommonJS: both must load, and export the same
 * names. A table and an archive are read in both, because what reads them comes from other packages.
 * @param {string} project where the tarballs are installed
 * @param {string[]} names of the packages
 */
function checkEntries(project, names) {
  const entries = names.flatMap((name) => {
    const manifest = readFileSync(join(project, 'node_modules', name, 'package.json'), 'utf8');
    /** @type {{ exports: Record<string, unknown> }} */
    const { exports } = JSON.parse(manifest);
    return Object.keys(exports)
      .filter((entry) => !entry.endsWith('.json'))
      .map((entry) => name + entry.slice(1));
  });
  const tried = entries.filter((entry) => !entriesWithPeers.includes(entry));
  const report = `
  const { readCsv, readNpz, writeNpz } = loaded['@retrograd/data'];
  const { tensor } = loaded['retrograd'];
  const table = readCsv('a,b\\n1,2\\n').values.toArray();
  const archive = readNpz(writeNpz({ x: tensor([3]) }, { compressed: true })).x.toArray();
  const own = (names) => names.filter((name) => !['default', 'module.exports', '__esModule'].includes(name)).sort();
  const exported = Object.entries(loaded).map(([entry, module]) => [entry, own(Object.keys(module))]);
  console.log(JSON.stringify({ exported, table, archive }));
`;
  const list = JSON.stringify(tried);
  const load = `const loaded = {};\nfor (const entry of ${list}) loaded[entry] =`;
  writeFileSync(join(project, 'entries.mjs'), `${load} await import(entry);\n${report}`);
  writeFileSync(join(project, 'entries.cjs'), `${load} require(entry);\n${report}`);
  const [esm, cjs] = ['entries.mjs', 'entries.cjs'].map((file) =>
    run(`importing every entry (${file})`, process.execPath, [file], project),
  );
  if (esm !== cjs) throw new CheckError(`ES modules and CommonJS differ:\n${esm}\n${cjs}`);
  /** @type {{ exported: [string, string[]][], table: unknown, archive: unknown }} */
  const { exported, table, archive } = JSON.parse(esm ?? '');
  const empty = exported.find(([, own]) => own.length === 0);
  if (empty !== undefined) throw new CheckError(`${empty[0]} exports nothing`);
  const read = JSON.stringify([table, archive]);
  if (read !== '[[[1,2]],[3]]') throw new CheckError(`the table and the archive were read as ${read}`);
  console.log(`ok  ${tried.length} entries, as ES modules and CommonJS: ${tried.join(', ')}`);
}

/** @param {string} project an empty folder */
function check(project) {
  if (!options['no-build']) run('build', process.execPath, [join(root, 'scripts', 'build.mjs')], root);

  const tarballs = join(project, 'tarballs');
  mkdirSync(tarballs);
  /** @type {Record<string, string>} */
  const packed = {};
  for (const folder of readdirSync(join(root, 'packages'))) {
    const directory = join(root, 'packages', folder);
    if (!existsSync(join(directory, 'package.json'))) continue;
    if (!existsSync(join(directory, 'dist', 'esm', 'package.json'))) {
      throw new CheckError(`packages/${folder} is not built: npm run build`);
    }
    const output = npm(`packing ${folder}`, ['pack', '--json', '--pack-destination', tarballs], directory);
    /** @type {unknown} npm 12 and later answer with an object keyed by name, earlier ones with an array */
    const answer = JSON.parse(output);
    /** @type {{ name: string, filename: string, files: { path: string }[] } | undefined} */
    const pack = Object.values(/** @type {object} */ (answer))[0];
    if (pack === undefined) throw new CheckError(`packing ${folder}: npm pack answered ${output}`);
    checkContents(pack);
    const file = readdirSync(tarballs).find((entry) => entry.endsWith(pack.filename.replace(/^.*\//, '')));
    if (file === undefined) throw new CheckError(`packing ${folder}: no ${pack.filename} in ${tarballs}`);
    packed[pack.name] = `file:./tarballs/${file}`;

    const tarball = join(tarballs, file);
    run(
      `attw on ${pack.name}`,
      process.execPath,
      [bin('@arethetypeswrong/cli'), tarball, ...attwFlags],
      root,
    );
    run(`publint on ${pack.name}`, process.execPath, [bin('publint'), tarball, '--strict'], root);
  }
  console.log(`ok  ${Object.keys(packed).length} tarballs: contents, publint, attw`);

  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const quickStart = fencedBlock(readme, 'quick-start', 'ts');
  writeFileSync(join(project, 'tsconfig.json'), fencedBlock(readme, 'quick-start-tsconfig', 'json'));
  writeFileSync(join(project, 'quick-start.ts'), quickStart);
  writeFileSync(join(project, 'quick-start-esm.mts'), quickStart); // only type-checked: the declarations of the ES build
  for (const [file, module] of /** @type {const} */ ([
    ['quick-start.mjs', ts.ModuleKind.ESNext],
    ['quick-start.cjs', ts.ModuleKind.CommonJS],
  ])) {
    const { outputText } = ts.transpileModule(quickStart, {
      compilerOptions: { module, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
    });
    writeFileSync(join(project, file), outputText);
  }
  const tools = ['typescript', 'ts-node', '@types/node'];
  const manifest = {
    name: 'quick-start',
    private: true,
    dependencies: packed,
    devDependencies: Object.fromEntries(tools.map((name) => [name, manifestOf(name).version])),
  };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest, null, 2));
  npm('installing the tarballs', ['install', '--prefer-offline', '--no-audit', '--no-fund'], project);

  const tool = (/** @type {string[]} */ ...path) => join(project, 'node_modules', ...path);
  const outputs = [
    ['ts-node, CommonJS project', [tool('ts-node', 'dist', 'bin.js'), 'quick-start.ts']],
    ['Node, ES module', ['quick-start.mjs']],
    ['Node, CommonJS', ['quick-start.cjs']],
  ].map(([what, args]) => {
    const output = run(
      `quick start (${String(what)})`,
      process.execPath,
      /** @type {string[]} */ (args),
      project,
    );
    if (output.trim() === '') throw new CheckError(`quick start (${String(what)}) printed nothing`);
    console.log(`ok  quick start: ${String(what)}`);
    return output;
  });
  if (new Set(outputs).size !== 1) {
    throw new CheckError(`the quick start printed different things:\n${outputs.join('\n---\n')}`);
  }

  checkEntries(project, Object.keys(packed));
  checkGradcheck(project);

  // The declarations on their own, as strictly as a user's project may read them.
  const strict = ['--noEmit', '--skipLibCheck', 'false', '-p', 'tsconfig.json'];
  run(
    'type-checking the quick start',
    process.execPath,
    [tool('typescript', 'bin', 'tsc'), ...strict],
    project,
  );
  console.log('ok  declarations: tsc --skipLibCheck false, CommonJS and ES module, gradcheck’s matchers');
  console.log(`the quick start printed:\n${outputs[0]?.trimEnd() ?? ''}`);
}

const project = mkdtempSync(join(tmpdir(), 'retrograd-pack-'));
try {
  check(project);
} catch (error) {
  if (!(error instanceof CheckError)) throw error;
  console.error(`pack-check: ${error.message}`);
  process.exitCode = 1;
} finally {
  if (options.keep) console.log(`kept ${project}`);
  else rmSync(project, { recursive: true, force: true, maxRetries: 3 });
}
