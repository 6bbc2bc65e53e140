/* How modules print: the text of PyTorch's, down to its spelling of names, tuples and floats. */

/** A module's text from its name, what it says of itself, and its children's texts (torch.nn.Module.__repr__). */
export function formatModule(
  name: string,
  extra: string,
  children: readonly (readonly [string, string])[],
): string {
  const own = extra === '' ? [] : extra.split('\n');
  if (children.length === 0 && own.length <= 1) return `${name}(${own.join('')})`;
  const nested = children.map(([key, text]) => `(${key}): ${text.split('\n').join('\n  ')}`);
  return `${name}(\n  ${[...own, ...nested].join('\n  ')}\n)`;
}

/** A number as Python prints a float: `1.0`, `0.1`, `1e-05`. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** A number as Python prints it if it was written as it is here: `1`, `0.5`, `1e-05`. */
export function pythonNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : pythonFloat(value);
}

/** `True` or `False`. */
export function pythonBool(value: boolean): string {
  return value ? 'True' : 'False';
}

/** Numbers as Python prints a tuple: `(3, 3)`, `(5,)`. */
export function pythonTuple(values: readonly number[]): string {
  return values.length === 1 ? `(${values[0]},)` : `(${values.join(', ')})`;
}

/** A number, null (`None`), or a tuple of them, as Python prints them. */
export function pythonSize(size: number | null | readonly (number | null)[]): string {
  if (size === null) return 'None';
  if (typeof size === 'number') return String(size);
  const items = size.map((n) => (n === null ? 'None' : String(n)));
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
}
