/** What printing needs to know of a tensor; a Tensor's fields, or any strided view of an array. */
export interface Printable {
  readonly shape: readonly number[];
  /** In elements, one per dim. */
  readonly strides: readonly number[];
  /** Index of the first element in `array`. */
  readonly offset: number;
  readonly dtype: 'float32' | 'float64' | 'int32' | 'uint8' | 'bool';
  /** The storage's array; bools are 0 and 1. */
  readonly array: ArrayLike<number>;
}

/** How tensors print; the counterpart of the arguments of `torch.set_printoptions`. */
export interface PrintOptions {
  /** Digits after the decimal point, 0 to 100. Default 4. */
  readonly precision?: number | undefined;
  /** Tensors with more elements than this are summarised with `...`. Default 1000. */
  readonly threshold?: number | undefined;
  /** Items a summary shows at either end of each dim, at least 1. Default 3. */
  readonly edgeitems?: number | undefined;
  /** Columns after which lines wrap. Default 80. */
  readonly linewidth?: number | undefined;
  /** Scientific notation: always, never, or (undefined, the default) when the values call for it. */
  readonly sciMode?: boolean | undefined;
}

interface Settings {
  readonly precision: number;
  readonly threshold: number;
  readonly edgeitems: number;
  readonly linewidth: number;
  readonly sciMode: boolean | undefined;
}

/** Writes one element; `width` is what the elements are padded to, though an unusual one may be wider. */
interface ElementFormat {
  readonly width: number;
  readonly write: (value: number) => string;
}

const { abs, floor, max, min } = Math;
const { isFinite, isInteger } = Number;

const PREFIX = 'tensor(';
const GAP = -1;

let current: Settings = Object.freeze({
  precision: 4,
  threshold: 1000,
  edgeitems: 3,
  linewidth: 80,
  sciMode: undefined,
});

/**
 * Sets how tensors print from now on; options left out keep their value, and `sciMode: undefined` makes the
 * choice of notation automatic again. Corresponds to `torch.set_printoptions`.
 *
 * @throws RangeError if `precision` is not an integer from 0 to 100, `edgeitems` not a positive integer, or
 * `threshold` or `linewidth` is NaN.
 */
export function setPrintOptions(options: PrintOptions): void {
  current = Object.freeze(settle('setPrintOptions', options));
}

/**
 * Writes a tensor as PyTorch's `repr` would, e.g. `tensor([[1., 2.],\n        [3., 4.]], dtype=float64)`, with
 * JavaScript's spellings: `true`, `dtype=float64`, `size=[0, 3]`.
 *
 * As in PyTorch the dtype is shown where the elements do not tell it: for float64 and uint8, and for every dtype
 * but float32 when there are no elements. Reads only the elements it shows (most of them twice).
 *
 * @param suffixes what else to say, e.g. `requiresGrad=true`; each goes to a new line if it does not fit.
 * @param options override, for this call, what `setPrintOptions` has set.
 * @throws RangeError as `setPrintOptions` does.
 */
export function formatTensor(
  x: Printable,
  suffixes: readonly string[] = [],
  options: PrintOptions = {},
): string {
  const settings = settle('formatTensor', options);
  const count = x.shape.reduce((product, size) => product * size, 1);
  const notes: string[] = [];
  if (count === 0 && x.shape.length !== 1) notes.push(`size=[${x.shape.join(', ')}]`);
  if (!dtypeIsEvident(x.dtype, count)) notes.push(`dtype=${x.dtype}`);
  notes.push(...suffixes);
  const body = count === 0 ? '[]' : formatElements(x, count, settings);
  return `${appendNotes(PREFIX + body, notes, settings.linewidth)})`;
}

function settle(caller: string, options: PrintOptions): Settings {
  const settings: Settings = {
    precision: options.precision ?? current.precision,
    threshold: options.threshold ?? current.threshold,
    edgeitems: options.edgeitems ?? current.edgeitems,
    linewidth: options.linewidth ?? current.linewidth,
    sciMode: 'sciMode' in options ? options.sciMode : current.sciMode,
  };
  const { precision, threshold, edgeitems, linewidth } = settings;
  if (!isInteger(precision) || precision < 0 || precision > 100) {
    throw new RangeError(`${caller}: precision must be an integer from 0 to 100, got ${precision}`);
  }
  if (!isInteger(edgeitems) || edgeitems < 1) {
    throw new RangeError(`${caller}: edgeitems must be a positive integer, got ${edgeitems}`);
  }
  if (threshold !== threshold) throw new RangeError(`${caller}: threshold must be a number, got NaN`);
  if (linewidth !== linewidth) throw new RangeError(`${caller}: linewidth must be a number, got NaN`);
  return settings;
}

function dtypeIsEvident(dtype: Printable['dtype'], count: number): boolean {
  return dtype === 'float32' || (count > 0 && (dtype === 'int32' || dtype === 'bool'));
}

function appendNotes(text: string, notes: readonly string[], linewidth: number): string {
  // PyTorch allows two columns more behind the elements than behind an earlier note.
  let column = text.length - (text.lastIndexOf('\n') + 1) + 2;
  for (const note of notes) {
    if (column + 2 + note.length > linewidth) {
      text += `,\n${' '.repeat(PREFIX.length)}${note}`;
      column = PREFIX.length + note.length;
    } else {
      text += `, ${note}`;
      column += 2 + note.length;
    }
  }
  return text;
}

function formatElements(x: Printable, count: number, settings: Settings): string {
  // Infinity: no dim is long enough to be cut.
  const edge = count > settings.threshold ? settings.edgeitems : Infinity;
  const shown: number[] = [];
  collect(x, edge, 0, x.offset, shown);
  const format = chooseFormat(x.dtype, shown, settings);
  return formatDim(x, edge, format, settings.linewidth, 0, x.offset);
}

/** The indices shown along a dim, with `GAP` where some are left out. */
function shownIndices(size: number, edge: number): number[] {
  const indices: number[] = [];
  for (let i = 0; i < size; i++) {
    if (i === edge && size > 2 * edge) {
      indices.push(GAP);
      i = size - edge;
    }
    indices.push(i);
  }
  return indices;
}

function collect(x: Printable, edge: number, dim: number, at: number, into: number[]): void {
  if (dim === x.shape.length) {
    into.push(x.array[at]);
    return;
  }
  for (const i of shownIndices(x.shape[dim], edge)) {
    if (i !== GAP) collect(x, edge, dim + 1, at + i * x.strides[dim], into);
  }
}

function formatDim(
  x: Printable,
  edge: number,
  format: ElementFormat,
  linewidth: number,
  dim: number,
  at: number,
): string {
  if (dim === x.shape.length) return format.write(x.array[at]);
  const isRow = dim === x.shape.length - 1;
  const items = shownIndices(x.shape[dim], edge).map((i) => {
    if (i === GAP) return isRow ? ' ...' : '...';
    return formatDim(x, edge, format, linewidth, dim + 1, at + i * x.strides[dim]);
  });
  const column = PREFIX.length + dim;
  const margin = ' '.repeat(column + 1);
  if (!isRow) return `[${items.join(`,${'\n'.repeat(x.shape.length - 1 - dim)}${margin}`)}]`;
  const perLine = max(1, floor((linewidth - column) / (format.width + 2)));
  const lines: string[] = [];
  for (let i = 0; i < items.length; i += perLine) lines.push(items.slice(i, i + perLine).join(', '));
  return `[${lines.join(`,\n${margin}`)}]`;
}

function chooseFormat(
  dtype: Printable['dtype'],
  shown: readonly number[],
  settings: Settings,
): ElementFormat {
  if (dtype === 'float32' || dtype === 'float64') return chooseFloatFormat(shown, settings);
  const spell = dtype === 'bool' ? (value: number) => (value ? 'true' : 'false') : String;
  return padded(longest(shown, spell), spell);
}

function longest(values: readonly number[], spell: (value: number) => string): number {
  return values.reduce((length, value) => max(length, spell(value).length), 1);
}

function padded(width: number, spell: (value: number) => string): ElementFormat {
  return { width, write: (value) => spell(value).padStart(width) };
}

function chooseFloatFormat(shown: readonly number[], { precision, sciMode }: Settings): ElementFormat {
  // Zeros, infinities and NaNs have no say in notation or width; they may stick out, as in PyTorch.
  const telling = shown.filter((value) => value !== 0 && isFinite(value));
  const whole = telling.every(isInteger);
  const inFull = whole ? spellWhole : (value: number) => spellFixed(value, precision);
  if (telling.length === 0) return padded(1, inFull);
  const sizes = telling.map(abs);
  const largest = sizes.reduce((a, b) => max(a, b));
  const smallest = sizes.reduce((a, b) => min(a, b));
  const inPowers = (value: number): string => spellScientific(value, precision);
  const wide = largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4;
  // The width follows the values even where `sciMode` overrules the notation: a quirk of PyTorch's.
  const width = longest(telling, wide ? inPowers : inFull);
  return padded(width, (sciMode ?? wide) ? inPowers : inFull);
}

/** An integral float: `12.`, with `nan` and `inf` undotted. */
function spellWhole(value: number): string {
  return isFinite(value) ? `${spellFixed(value, 0)}.` : spellUnusual(value);
}

/** Python's `'{:.<digits>f}'`. */
function spellFixed(value: number, digits: number): string {
  if (!isFinite(value)) return spellUnusual(value);
  const size = abs(value);
  const text =
    // toFixed changes its notation here; every double of this size is an integer.
    size >= 1e21
      ? BigInt(size).toString() + (digits > 0 ? `.${'0'.repeat(digits)}` : '')
      : (tieToEven(size.toFixed(min(100, digits + 60)), digits) ?? size.toFixed(digits));
  return sign(value) + text;
}

/** Python's `'{:.<digits>e}'`. */
function spellScientific(value: number, digits: number): string {
  if (!isFinite(value)) return spellUnusual(value);
  const size = abs(value);
  const [longMantissa, longExponent] = splitExponent(size.toExponential(min(100, digits + 60)));
  const even = tieToEven(longMantissa, digits);
  const [mantissa, exponent] =
    even === undefined ? splitExponent(size.toExponential(digits)) : [even, longExponent];
  return `${sign(value)}${mantissa}e${exponent < 0 ? '-' : '+'}${String(abs(exponent)).padStart(2, '0')}`;
}

function splitExponent(text: string): [mantissa: string, exponent: number] {
  const e = text.indexOf('e');
  return [text.slice(0, e), Number(text.slice(e + 1))];
}

function sign(value: number): string {
  return value < 0 || Object.is(value, -0) ? '-' : '';
}

function spellUnusual(value: number): string {
  return value !== value ? 'nan' : value > 0 ? 'inf' : '-inf';
}

/**
 * JavaScript rounds exact ties away from zero, Python to even. Given a decimal with more digits than wanted:
 * the rounded-down text if it is a tie and that is its even neighbour, else undefined (JavaScript is right).
 * Sixty further digits decide: no double comes that close to a tie without being one.
 */
function tieToEven(long: string, digits: number): string | undefined {
  const cut = long.indexOf('.') + 1 + digits;
  if (!/^50*$/.test(long.slice(cut))) return undefined;
  const down = digits > 0 ? long.slice(0, cut) : long.slice(0, cut - 1);
  return '02468'.includes(down.at(-1)!) ? down : undefined;
}
