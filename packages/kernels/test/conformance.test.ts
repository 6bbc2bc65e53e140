import type { Kernels, NumericArray } from '../src/index.ts';
import { reference } from '../src/index.ts';
import { Random } from './conformance/check.ts';
import { conformance } from './conformance/index.ts';

// A suite that passes everything checks nothing. Here every kernel is spoilt in several ways, one at a time, and its
// checks must notice.

type Kernel = (...args: unknown[]) => void;
type Names = keyof Kernels;

const isArray = (x: unknown): x is NumericArray => ArrayBuffer.isView(x);

/** Runs the kernel, then `spoil` on each array it wrote to, with the first and last position it changed. */
function spoiling(kernel: Kernel, spoil: (array: NumericArray, first: number, last: number) => void): Kernel {
  return (...args) => {
    const arrays = args.filter(isArray);
    const before = arrays.map((a) => a.slice());
    kernel(...args);
    arrays.forEach((array, i) => {
      const changed = Array.from(array.keys()).filter((p) => !Object.is(array[p], before[i][p]));
      if (changed.length > 0) spoil(array, changed[0], changed[changed.length - 1]);
    });
  };
}

const MUTATIONS: Record<string, (kernel: Kernel) => Kernel> = {
  'does nothing': () => () => undefined,
  'gets the last element wrong': (kernel) =>
    spoiling(kernel, (array, _first, last) => (array[last] = array[last] === 1 ? 0 : 1)),
  'gets the first element wrong': (kernel) =>
    spoiling(kernel, (array, first) => (array[first] = array[first] === 1 ? 0 : 1)),
  'writes one element too many': (kernel) =>
    spoiling(kernel, (array, _first, last) => last + 1 < array.length && (array[last + 1] = 5)),
  'writes one element too early': (kernel) =>
    spoiling(kernel, (array, first) => first > 0 && (array[first - 1] = 5)),
  'spoils its first operand': (kernel) =>
    (...args) => {
      kernel(...args);
      const i = args.findIndex(isArray);
      const array = args[i] as NumericArray;
      const offset = args[i + 1];
      if (typeof offset === 'number' && array !== args[args.length - 2]) array[offset] += 1;
    }, // prettier-ignore
};

/** Whether some check of the kernel throws. */
function notices(name: Names, kernels: Kernels): boolean {
  return conformance.some(({ kernel, run }, i) => {
    if (kernel !== name) return false;
    try {
      run(kernels, new Random(i));
      return false;
    } catch {
      return true;
    }
  });
}

const names = Object.keys(reference) as Names[];

test.each(Object.keys(MUTATIONS))('the suite notices any kernel that %s', (mutation) => {
  const missed = names.filter((name) => {
    if (name === 'fill' && mutation.includes('operand')) return false; // fill has no operand
    const mutant = MUTATIONS[mutation](reference[name] as Kernel);
    return !notices(name, { ...reference, [name]: mutant });
  });
  expect(missed).toEqual([]);
});

test('the suite notices any kernel put in the place of another of its signature', () => {
  const missed: string[] = [];
  for (const arity of new Set(names.map((name) => reference[name].length))) {
    const group = names.filter((name) => reference[name].length === arity);
    for (const name of group) {
      for (const other of group) {
        if (name !== other && !notices(name, { ...reference, [name]: reference[other] }))
          missed.push(`${other} as ${name}`);
      }
    }
  }
  expect(missed).toEqual([]);
});
