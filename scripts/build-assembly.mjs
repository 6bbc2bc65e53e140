// Compiles packages/kernels/assembly twice, with and without relaxed SIMD, into base64 modules that are committed.
//
//   node scripts/build-assembly.mjs            writes packages/kernels/src/wasm/{simd,relaxed}.generated.ts
//   node scripts/build-assembly.mjs --check    exits with 1 where they differ from what would be written

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Imported by a name the type checker does not follow: AssemblyScript's types redeclare Node's globals.
/** @type {{ default: { main: (args: string[], host: object) => Promise<{ error: Error | null, stderr: object }> } }} */
const { default: asc } = await import(String('assemblyscript/asc'));

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const check = process.argv.includes('--check');

/** @type {Record<string, string[]>} */
const builds = { simd: [], relaxed: ['--enable', 'relaxed-simd'] };

for (const [build, flags] of Object.entries(builds)) {
  /** @type {Uint8Array | undefined} */
  let binary;
  const { error, stderr } = await asc.main(
    [
      'packages/kernels/assembly/index.ts',
      ...['--runtime', 'stub', '--noAssert', '-O3', '--importMemory', '--enable', 'simd', ...flags],
      ...['--outFile', 'kernels.wasm'],
    ],
    {
      /** @param {string} name @param {string | undefined} base */
      readFile: (name, base) => {
        try {
          return readFileSync(join(root, base ?? '.', name), 'utf8');
        } catch {
          return null;
        }
      },
      /** @param {string} _name @param {Uint8Array | string} contents */
      writeFile: (_name, contents) => {
        if (typeof contents !== 'string') binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || binary === undefined) {
    console.error(String(stderr));
    throw error ?? new Error('the compiler wrote nothing');
  }
  const file = join(root, 'packages/kernels/src/wasm', `${build}.generated.ts`);
  const text = `// Written by scripts/build-assembly.mjs from packages/kernels/assembly.\nexport const ${build}: string =\n  '${Buffer.from(binary).toString('base64')}';\n`;
  if (!check) {
    writeFileSync(file, text);
    console.log(`${build}: ${binary.length} bytes`);
  } else if (readFileSync(file, 'utf8').replaceAll('\r\n', '\n') !== text) {
    console.error(`${file} is not what its source gives: run node scripts/build-assembly.mjs`);
    process.exitCode = 1;
  }
}
