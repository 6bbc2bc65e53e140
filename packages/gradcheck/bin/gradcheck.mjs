#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { main } from '../dist/esm/cli/main.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
// Compiled to CommonJS, as when run from its sources, `import()` is no longer Node's own: that is why main is given it.
process.exitCode = await main(process.argv.slice(2), { version, importModule: (url) => import(url) });
