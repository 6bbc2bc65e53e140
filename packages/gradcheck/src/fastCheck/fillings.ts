/* What tensors are made of, while fast-check makes and shrinks them: shapes, values and layouts as plain data. */
import { Arbitrary, boolean, integer, Stream, tuple, Value, type Random } from 'fast-check';
import { fromTypedArray, tensor, type Tensor } from '@retrograd/core';
import {
  arbitraryNumber,
  fallback,
  simplerNumbers,
  simplified,
  towardsZero,
  type Domain,
} from './numbers.ts';

/** How elements lie in memory. */
interface Layout {
  /** The last dim varies slowest instead of fastest. */
  readonly reversed: boolean;
  /** How many places apart neighbours lie. */
  readonly step: number;
  /** How many places lie before the first element. */
  readonly offset: number;
}

/** One tensor as plain data; values are in row-major order. */
export interface Filling {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly layout: Layout;
}

const CONTIGUOUS: Layout = { reversed: false, step: 1, offset: 0 };

const anyLayout: Arbitrary<Layout> = tuple(
  boolean(),
  integer({ min: 1, max: 3 }),
  integer({ min: 0, max: 2 }),
).map(([reversed, step, offset]) => ({ reversed, step, offset }));

/** The tensor, as a view with gaps where its layout says so. */
export function built({ shape, values, layout }: Filling, { dtype }: Domain): Tensor {
  const { reversed, step, offset } = layout;
  if (shape.length === 0 || (!reversed && step === 1 && offset === 0)) {
    return fromTypedArray(tensor([...values], { dtype }).data, shape, { dtype });
  }
  // The elements in the order they lie in memory, then with the gaps.
  const inMemory = reversed ? [...shape].reverse() : [...shape];
  const last = inMemory.length - 1;
  const room = inMemory.map((extent, dim) => (dim === last ? offset + extent * step : extent));
  const gap = dtype === 'bool' ? 1 : 99;
  const places = new Array<number>(numel(room)).fill(gap);
  values.forEach((value, i) => {
    const position = positionOf(i, shape);
    if (reversed) position.reverse();
    position[last] = offset + position[last] * step;
    places[indexOf(position, room)] = value;
  });
  const whole = fromTypedArray(tensor(places, { dtype }).data, room, { dtype });
  const part = whole.slice(last, offset, null, step);
  return reversed ? part.permute(shape.map((_, dim) => last - dim)) : part;
}

/** A group of tensors, and what it was made for: something that says which shapes they have. */
export interface Group<T> {
  readonly frame: T;
  readonly fillings: readonly Filling[];
}

type Shapes = readonly (readonly number[])[];

/** Groups of tensors. They shrink in their shapes first, keeping the values that remain, then to simpler values. */
export class Groups<T> extends Arbitrary<Group<T>> {
  private readonly frames: Arbitrary<T>;
  private readonly shapesOf: (frame: T) => Shapes;
  private readonly domains: readonly Domain[];
  private readonly strided: boolean;

  /** @param domains one per tensor of the group; the last one for all further tensors. */
  constructor(
    frames: Arbitrary<T>,
    shapesOf: (frame: T) => Shapes,
    domains: readonly Domain[],
    strided: boolean,
  ) {
    super();
    this.frames = frames;
    this.shapesOf = shapesOf;
    this.domains = domains;
    this.strided = strided;
  }

  override generate(random: Random, biasFactor: number | undefined): Value<Group<T>> {
    const { value: frame, context } = this.frames.generate(random, biasFactor);
    const fillings = this.shapesOf(frame).map((shape, i): Filling => {
      const number = arbitraryNumber(this.domain(i));
      return {
        shape,
        values: Array.from({ length: numel(shape) }, () => number.generate(random, undefined).value),
        layout: this.strided ? anyLayout.generate(random, undefined).value : CONTIGUOUS,
      };
    });
    return new Value({ frame, fillings }, context);
  }

  override canShrinkWithoutContext(_value: unknown): _value is Group<T> {
    return false;
  }

  override shrink(group: Group<T>, context: unknown): Stream<Value<Group<T>>> {
    return new Stream(this.simpler(group, context));
  }

  private domain(i: number): Domain {
    return this.domains[Math.min(i, this.domains.length - 1)];
  }

  private *simpler({ frame, fillings }: Group<T>, context: unknown): IterableIterator<Value<Group<T>>> {
    for (const smaller of this.frames.shrink(frame, context)) {
      const shapes = this.shapesOf(smaller.value);
      // What fails may sit at either end.
      const [front, back] = [false, true].map((atEnd) => this.resized(fillings, shapes, atEnd));
      yield new Value({ frame: smaller.value, fillings: front }, smaller.context);
      if (!sameValues(front, back)) {
        yield new Value({ frame: smaller.value, fillings: back }, smaller.context);
      }
    }
    for (const simpler of simplerLayouts(fillings)) yield new Value({ frame, fillings: simpler }, context);
    for (const simpler of this.simplerValues(fillings))
      yield new Value({ frame, fillings: simpler }, context);
  }

  private resized(fillings: readonly Filling[], shapes: Shapes, atEnd: boolean): Filling[] {
    return shapes.map((shape, i) => {
      const old = fillings[i] ?? { shape: [0], values: [], layout: CONTIGUOUS };
      const values = Array.from({ length: numel(shape) }, (_, at) =>
        old.values.length === 0
          ? fallback(at, this.domain(i))
          : old.values[indexOf(counterpart(positionOf(at, shape), shape, old.shape, atEnd), old.shape)],
      );
      return { shape, values, layout: old.layout };
    });
  }

  /** Everything at once, then larger and smaller blocks, then each element by itself. */
  private *simplerValues(fillings: readonly Filling[]): IterableIterator<readonly Filling[]> {
    const total = fillings.reduce((n, { values }) => n + values.length, 0);
    for (let size = total; size >= 1; size = Math.ceil(size / 2)) {
      for (let start = 0; start < total; start += size) {
        for (const choice of size === 1 ? [] : CHOICES) {
          const simpler = this.changed(fillings, start, start + size, choice);
          if (!sameValues(fillings, simpler)) yield simpler;
        }
      }
      // Many elements are left as they are once their blocks have not become simpler.
      if (size === 1 || (total > 64 && size <= 4)) break;
    }
    if (total > 64) return;
    let start = 0;
    for (const [i, { values }] of fillings.entries()) {
      for (const [k, x] of values.entries()) {
        for (const value of simplerNumbers(x, this.domain(i))) {
          yield this.changed(fillings, start + k, start + k + 1, () => value);
        }
      }
      start += values.length;
    }
  }

  /** The fillings with some elements, counted through all of them, simplified. */
  private changed(
    fillings: readonly Filling[],
    from: number,
    to: number,
    choice: (x: number) => number,
  ): Filling[] {
    let start = 0;
    return fillings.map((filling, i) => {
      const first = start;
      start += filling.values.length;
      const values = filling.values.map((x, k) =>
        first + k >= from && first + k < to ? simplified(x, choice, this.domain(i)) : x,
      );
      return { ...filling, values };
    });
  }
}

const CHOICES: readonly ((x: number) => number)[] = [
  () => 0,
  () => 1,
  (x) => towardsZero(x, 0),
  (x) => towardsZero(x, 1),
];

function* simplerLayouts(fillings: readonly Filling[]): IterableIterator<readonly Filling[]> {
  const strided = fillings.filter(({ layout }) => layout !== CONTIGUOUS);
  if (strided.length > 1) yield fillings.map((filling) => ({ ...filling, layout: CONTIGUOUS }));
  for (const one of strided) {
    const { reversed, step, offset } = one.layout;
    const simpler = [
      CONTIGUOUS,
      ...(step > 1 || offset > 0 ? [{ reversed, step: 1, offset: 0 }] : []),
      ...(reversed ? [{ reversed: false, step, offset }] : []),
      ...(step > 1 ? [{ reversed, step: step - 1, offset }] : []),
      ...(offset > 0 ? [{ reversed, step, offset: 0 }] : []),
    ];
    for (const layout of simpler) yield fillings.map((other) => (other === one ? { ...one, layout } : other));
  }
}

/** Where, in a larger tensor, lies the element that stays at `position` of a smaller one. */
function counterpart(
  position: readonly number[],
  shape: readonly number[],
  old: readonly number[],
  atEnd: boolean,
): number[] {
  const missing = shape.length - old.length;
  return old.map((extent, dim) => {
    const [p, n] = dim + missing < 0 ? [0, 1] : [position[dim + missing], shape[dim + missing]];
    return Math.min(Math.max(atEnd ? p + extent - n : p, 0), extent - 1);
  });
}

function sameValues(a: readonly Filling[], b: readonly Filling[]): boolean {
  return a.every(({ values }, i) => values.every((x, k) => Object.is(x, b[i].values[k])));
}

function numel(shape: readonly number[]): number {
  return shape.reduce((n, extent) => n * extent, 1);
}

function positionOf(index: number, shape: readonly number[]): number[] {
  const position = new Array<number>(shape.length);
  for (let dim = shape.length - 1, rest = index; dim >= 0; dim--) {
    position[dim] = rest % shape[dim];
    rest = Math.floor(rest / shape[dim]);
  }
  return position;
}

function indexOf(position: readonly number[], shape: readonly number[]): number {
  return position.reduce((at, p, dim) => at * shape[dim] + p, 0);
}
