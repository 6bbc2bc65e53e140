// Builds every package twice, as ES modules and as CommonJS, with declarations. It always starts from nothing: what is
// in dist afterwards is what is in src.

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const packages = readdirSync(join(root, 'packages'))
  .map((folder) => join(root, 'packages', folder))
  .filter((folder) => existsSync(join(folder, 'package.json')));

/**
 * Bundlers read `sideEffects` from the package.json nearest to a file, which is the one this script puts into dist/esm.
 * @param {boolean | string[]} sideEffects as the package declares it, relative to the package
 * @param {string} folder
 */
function sideEffectsWithin(sideEffects, folder) {
  if (!Array.isArray(sideEffects)) return sideEffects;
  return sideEffects
    .filter((file) => file.startsWith(`./${folder}/`))
    .map((file) => file.slice(folder.length + 2).replace(/^/, '.'));
}

for (const folder of packages) rmSync(join(folder, 'dist'), { recursive: true, force: true });

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const projects = packages.flatMap((folder) => [
  join(folder, 'tsconfig.json'),
  join(folder, 'tsconfig.cjs.json'),
]);
const { status } = spawnSync(process.execPath, [tsc, '-b', ...projects], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

for (const folder of packages) {
  /** @type {{ name: string, sideEffects: boolean | string[] }} */
  const { name, sideEffects } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const [format, type] of [
    ['esm', 'module'],
    ['cjs', 'commonjs'],
  ]) {
    const manifest = { type, sideEffects: sideEffectsWithin(sideEffects, `dist/${format}`) };
    writeFileSync(
      join(folder, 'dist', String(format), 'package.json'),
      `${JSON.stringify(manifest, null, 2)}\n`,
    );
  }
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  if (name === 'retrograd') copyFileSync(join(root, 'README.md'), join(folder, 'README.md'));
}

console.log(`built ${packages.length} packages (esm, cjs, declarations)`);
