/* What a tree of modules holds, by its paths. */

/** Which parameters or buffers to list. */
export interface ListOptions {
  /** Whether those of child modules are listed too. Default true. */
  readonly recurse?: boolean;
}

/** The path of what a module at `prefix` holds under `key`. */
export function joined(prefix: string, key: string): string {
  return prefix === '' ? key : `${prefix}.${key}`;
}

/** The keys along a path; none for the empty path. */
export function pathTo(path: string): string[] {
  return path === '' ? [] : path.split('.');
}

/** The fields of an owner whose values qualify, in order of assignment, by the keys under which they are saved. */
export function entriesWhere<T>(
  owner: object,
  keyOf: (field: string) => string,
  qualifies: (value: unknown, field: string) => value is T,
): [string, T][] {
  const found: [string, T][] = [];
  for (const [field, value] of Object.entries(owner) as [string, unknown][]) {
    if (qualifies(value, field)) found.push([keyOf(field), value]);
  }
  return found;
}

/** What the modules of a tree hold themselves, by path, each value once. */
export function distinctEntries<M, T>(
  modules: readonly (readonly [string, M])[],
  ownOf: (module: M) => [string, T][],
): [string, T][] {
  const seen = new Set<T>();
  const found: [string, T][] = [];
  for (const [path, module] of modules) {
    for (const [key, value] of ownOf(module)) {
      if (!seen.has(value)) found.push([joined(path, key), value]);
      seen.add(value);
    }
  }
  return found;
}
