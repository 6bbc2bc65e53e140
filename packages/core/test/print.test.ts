import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatTensor, setPrintOptions, type Printable, type PrintOptions } from '../src/print.ts';

interface Golden extends Omit<Printable, 'array'> {
  readonly name: string;
  /** JSON has no NaN, infinities or negative zero: those are strings. */
  readonly array: readonly (number | string)[];
  readonly suffixes?: readonly string[];
  readonly options?: PrintOptions;
  readonly expected: string;
}

const goldens = JSON.parse(readFileSync(join(__dirname, 'golden', 'print.json'), 'utf8')) as Golden[];

const spelled: Record<string, number> = { nan: NaN, inf: Infinity, '-inf': -Infinity, '-0': -0 };

function decode(value: number | string): number {
  if (typeof value === 'number') return value;
  const number = spelled[value];
  if (number === undefined) throw new Error(`not a number in the golden file: ${value}`);
  return number;
}

const arrayOf = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

function row(values: readonly number[], dtype: Printable['dtype'] = 'float32'): Printable {
  return { shape: [values.length], strides: [1], offset: 0, dtype, array: arrayOf[dtype].from(values) };
}

describe('formatTensor', () => {
  test.each(goldens.map((golden, i) => [`${i}: ${golden.name}`, golden] as const))(
    'prints as PyTorch does: %s',
    (_, { array, suffixes, options, expected, ...layout }) => {
      const x: Printable = { ...layout, array: arrayOf[layout.dtype].from(array.map(decode)) };
      expect(formatTensor(x, suffixes, options)).toBe(expected);
    },
  );

  test('the golden file has a good number of cases', () => {
    expect(goldens.length).toBeGreaterThanOrEqual(120);
  });

  test('reads only the elements it shows', () => {
    const read = new Set<string | symbol>();
    const array = new Proxy<ArrayLike<number>>(
      { length: 1e8 },
      {
        get(_, key) {
          read.add(key);
          return Number(key);
        },
      },
    );
    const x: Printable = { shape: [10000, 10000], strides: [10000, 1], offset: 0, dtype: 'int32', array };
    expect(formatTensor(x)).toContain('99999999]])');
    expect(read.size).toBe(36);
  });

  test('prints more elements than a call has room for arguments', () => {
    const text = formatTensor(row(new Array<number>(300000).fill(0.5)), [], { threshold: Infinity });
    expect(text.split(',').length).toBe(300000);
  });

  test('puts each suffix after the dtype', () => {
    expect(formatTensor(row([1], 'float64'), ['requiresGrad=true', 'name=w'])).toBe(
      'tensor([1.], dtype=float64, requiresGrad=true, name=w)',
    );
  });

  test.each([
    [{ precision: -1 }, 'formatTensor: precision must be an integer from 0 to 100, got -1'],
    [{ precision: 101 }, 'formatTensor: precision must be an integer from 0 to 100, got 101'],
    [{ precision: 1.5 }, 'formatTensor: precision must be an integer from 0 to 100, got 1.5'],
    [{ edgeitems: 0 }, 'formatTensor: edgeitems must be a positive integer, got 0'],
    [{ threshold: NaN }, 'formatTensor: threshold must be a number, got NaN'],
    [{ linewidth: NaN }, 'formatTensor: linewidth must be a number, got NaN'],
  ])('rejects %p', (options, message) => {
    expect(() => formatTensor(row([1]), [], options)).toThrow(new RangeError(message));
  });
});

describe('setPrintOptions', () => {
  const defaults = { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80, sciMode: undefined };
  afterEach(() => setPrintOptions(defaults));

  test('holds for later calls, option by option', () => {
    setPrintOptions({ precision: 2 });
    setPrintOptions({ sciMode: true });
    expect(formatTensor(row([1.5]))).toBe('tensor([1.50e+00])');
    expect(formatTensor(row([1.5]), [], { precision: 1 })).toBe('tensor([1.5e+00])');
    expect(formatTensor(row([1.5]))).toBe('tensor([1.50e+00])');
  });

  test('makes the notation automatic again with sciMode: undefined', () => {
    setPrintOptions({ sciMode: true });
    setPrintOptions({ sciMode: undefined });
    expect(formatTensor(row([1.5]))).toBe('tensor([1.5000])');
  });

  test('changes nothing when it rejects', () => {
    expect(() => setPrintOptions({ linewidth: 10, precision: 1000 })).toThrow(
      'setPrintOptions: precision must be an integer from 0 to 100, got 1000',
    );
    expect(formatTensor(row([1, 2, 3, 4]))).toBe('tensor([1., 2., 3., 4.])');
  });
});
