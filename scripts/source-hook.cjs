'use strict';

// Loaded by ts-node (see "ts-node" in tsconfig.json). It makes `retrograd` and `@retrograd/x` resolve to the
// packages' TypeScript sources, so that examples and benchmarks run with nothing built.

const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const packagesDir = path.resolve(__dirname, '..', 'packages');

/** @type {Map<string, string>} From what a program imports to the source file that stands behind it. */
const sources = new Map();

for (const folder of fs.readdirSync(packagesDir)) {
  const manifest = path.join(packagesDir, folder, 'package.json');
  if (!fs.existsSync(manifest)) continue;
  /** @type {{ name: string, exports?: Record<string, string | Record<string, unknown>> }} */
  const { name, exports = {} } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  for (const [subpath, target] of Object.entries(exports)) {
    const source = typeof target === 'object' ? target['@retrograd/source'] : undefined;
    if (typeof source === 'string') {
      sources.set(name + subpath.slice(1), path.join(packagesDir, folder, source));
    }
  }
}

/**
 * Node has no public hook for `require` that works on every supported version; this function is the one that ts-node, Jest
 * and others have wrapped for years.
 * @type {{ _resolveFilename: (request: string, ...rest: unknown[]) => string }}
 */
const loader = /** @type {any} */ (Module);
const resolveFilename = loader._resolveFilename;

loader._resolveFilename = function (request, ...rest) {
  return sources.get(request) ?? resolveFilename.call(this, request, ...rest);
};
