'use strict';

// The `gradcheck` command on the packages' sources, with nothing built:
//
//   node scripts/gradcheck.cjs 'packages/*/test/**/*.gradcheck.ts'

const fs = require('node:fs');
const path = require('node:path');
const tsNode = require('ts-node');

// Found from wherever the command is run.
const gradcheck = path.join(__dirname, '../packages/gradcheck');
tsNode.register({ projectSearchDir: __dirname, transpileOnly: true });

/** @type {typeof import('../packages/gradcheck/src/cli/main.ts')} */
const { main } = require(path.join(gradcheck, 'src/cli/main.ts'));
/** @type {{ version: string }} */
const { version } = JSON.parse(fs.readFileSync(path.join(gradcheck, 'package.json'), 'utf8'));

main(process.argv.slice(2), { version, importModule: (url) => import(url) }).then((exitCode) => {
  process.exitCode = exitCode;
});
