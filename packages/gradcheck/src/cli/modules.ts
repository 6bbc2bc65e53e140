/* Loading a user's file, TypeScript included, by what the user's project has for that. */
import { existsSync, readFileSync } from 'node:fs';
import nodeModule, { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from './arguments.ts';

/** Node's own `import()`. */
export type ImportModule = (url: string) => Promise<unknown>;

/**
 * A file's exports. JavaScript is left to Node. TypeScript is loaded through tsx or ts-node, if the project has them, or
 * by Node itself, if it can; types are not checked.
 *
 * @throws UsageError if nothing can load TypeScript; what the file throws.
 */
export async function loadModule(file: string, cwd: string, importModule: ImportModule): Promise<unknown> {
  const url = pathToFileURL(file).href;
  if (!/^\.[cm]?ts$/.test(extname(file))) return importModule(url);
  const esm = isEsModule(file);
  const loader = await typescriptLoader(file, cwd, esm, importModule);
  // Node's `import()` of a CommonJS file does not pass through what tsx and ts-node do to `require`.
  return esm || loader === 'node' ? importModule(url) : (createRequire(file)(file) as unknown);
}

type Loader = 'tsx' | 'ts-node' | 'node';

const prepared = new Map<string, Loader>();

async function typescriptLoader(
  file: string,
  cwd: string,
  esm: boolean,
  importModule: ImportModule,
): Promise<Loader> {
  if (!esm && Symbol.for('ts-node.register.instance') in process) return 'ts-node';
  const places = [createRequire(file), createRequire(join(cwd, 'noop.js'))];
  const find = (name: string): string | undefined => firstOf(places, (require) => require.resolve(name));
  const tsx = find('tsx/package.json');
  // For ES modules Node itself is better than ts-node, whose loader has aged; for CommonJS ts-node knows more syntax.
  const native = (process.features as { typescript?: unknown }).typescript;
  const tsNode = native && esm ? undefined : find(esm ? 'ts-node/esm/transpile-only' : 'ts-node');
  const chosen = tsx ?? tsNode;
  if (chosen === undefined) {
    if (native) return 'node';
    throw new UsageError(
      `there is nothing to load TypeScript with: install tsx (npm install --save-dev tsx), or ts-node, or use a Node ` +
        `that reads TypeScript itself (22.18 or later; this is ${process.version}), or write .mjs`,
    );
  }
  const key = `${chosen} ${esm ? 'import' : 'require'}`;
  const known = prepared.get(key);
  if (known !== undefined) return known;
  const loader: Loader = tsx === undefined ? 'ts-node' : 'tsx';
  if (tsx !== undefined) {
    // `require.resolve` would give the CommonJS copy of the loader for ES modules, which does not work by itself.
    const api = esm
      ? await importModule(pathToFileURL(importedFile(tsx, './esm/api')).href)
      : (createRequire(tsx)('tsx/cjs/api') as unknown);
    (api as { register: () => unknown }).register();
  } else if (esm) {
    // The loader runs in a thread of its own, where only the environment tells it anything.
    process.env['TS_NODE_COMPILER_OPTIONS'] ??= JSON.stringify({ rootDir: cwd });
    nodeModule.register(pathToFileURL(chosen).href);
    // In this thread nothing else translates the lines of stack traces, from which the lines of cases come.
    process.setSourceMapsEnabled(true);
  } else {
    const tool = createRequire(file)(chosen) as { register: (options: object) => unknown };
    tool.register({
      cwd,
      transpileOnly: true,
      // Without a rootDir TypeScript 6 refuses all files that are not beside the tsconfig.
      compilerOptions: { module: 'commonjs', verbatimModuleSyntax: false, rootDir: cwd },
    });
  }
  prepared.set(key, loader);
  return loader;
}

/** The file that `import` finds under a package's subpath. */
function importedFile(manifest: string, subpath: string): string {
  const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    exports: Record<string, { import?: string | { default?: string } } | undefined>;
  };
  const target = exports[subpath]?.import;
  const path = typeof target === 'string' ? target : target?.default;
  if (path === undefined) throw new UsageError(`${manifest} exports no ${subpath}: update the package`);
  return join(dirname(manifest), path);
}

function firstOf<T>(items: readonly T[], attempt: (item: T) => string): string | undefined {
  for (const item of items) {
    try {
      return attempt(item);
    } catch {
      // Not there; perhaps at the next place.
    }
  }
  return undefined;
}

/** What Node makes of a TypeScript file: by its extension, else by the nearest package.json. */
function isEsModule(file: string): boolean {
  const extension = extname(file);
  if (extension !== '.ts') return extension === '.mts';
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const { type } = JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string };
      return type === 'module';
    }
    if (folder === dirname(folder)) return false;
  }
}
