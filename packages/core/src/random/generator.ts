import { MT19937, STATE_WORDS } from './mt19937.ts';

const { floor, random } = Math;
const TWO_32 = 2 ** 32;
/** PyTorch's `default_rng_seed_val`, the seed of a generator that was given none. */
const DEFAULT_SEED = 67280421310721n;

// Offsets into a saved state; see `Generator.getState`.
const STATE_BYTES = 5056;
const AT_LEFT = 8;
const AT_SEEDED = 12;
const AT_NEXT = 16;
const AT_WORDS = 24;
const AT_NORMAL = 5024;
const AT_HAS_NORMAL = 5040;

/**
 * A source of random numbers with PyTorch's CPU stream: the same seed gives the same words, in the same
 * order, as `torch.Generator()` (`at::CPUGeneratorImpl`).
 *
 *     const g = new Generator().manualSeed(42);
 */
export class Generator {
  private readonly engine: MT19937;
  private seedValue: bigint;

  /**
   * The second half of the last Box–Muller pair, waiting to be the next scalar normal sample; undefined when
   * there is none. Belongs to the distributions (`next_double_normal_sample_` in ATen, whose float twin no
   * CPU kernel uses). Always a sample of N(0, 1) in double precision, whatever the dtype, mean and std of the
   * call that left it.
   */
  cachedNormal: number | undefined = undefined;

  /** Seeded with `seed`, or like `torch.Generator()` with 67280421310721. Throws as `manualSeed` does. */
  constructor(seed: number | bigint = DEFAULT_SEED) {
    this.seedValue = unsigned64(seed, 'Generator');
    this.engine = new MT19937(lowWord(this.seedValue));
  }

  /**
   * Restarts the stream and forgets the cached normal (`torch.Generator.manual_seed`). Any integer in [-2⁶³,
   * 2⁶⁴) will do; a negative one stands for `2⁶⁴ + seed`. As in PyTorch only the low 32 bits choose the
   * stream. Throws RangeError for anything else, and leaves the stream alone then.
   */
  manualSeed(seed: number | bigint): this {
    this.seedValue = unsigned64(seed, 'manualSeed');
    this.engine.seed(lowWord(this.seedValue));
    this.cachedNormal = undefined;
    return this;
  }

  /** The seed last started from, in [0, 2⁶⁴): a bigint only where a number would not be exact. */
  initialSeed(): number | bigint {
    return this.seedValue <= Number.MAX_SAFE_INTEGER ? Number(this.seedValue) : this.seedValue;
  }

  /** Starts the stream from 53 unpredictable bits and returns them, as `torch.Generator.seed`. */
  seed(): number {
    const seed = unpredictableSeed();
    this.manualSeed(seed);
    return seed;
  }

  /** The next 32 bits, an integer in [0, 2³²). */
  random32(): number {
    return this.engine.next();
  }

  /**
   * The next number of the form k / 2²⁴ in [0, 1): the low 24 bits of one word
   * (`uniform_real_distribution<float>`). Exact in float32.
   */
  random24(): number {
    return (this.engine.next() & 0xffffff) / 0x1000000;
  }

  /**
   * The next number of the form k / 2⁵³ in [0, 1): the low 53 bits of two words, the first word on top
   * (`uniform_real_distribution<double>` over `random64`).
   */
  random53(): number {
    const high = this.engine.next() & 0x1fffff;
    return (high * TWO_32 + this.engine.next()) / 2 ** 53;
  }

  /** The next 64 bits, the first word on top (`random64`). Not for hot loops. */
  random64(): bigint {
    const high = BigInt(this.engine.next());
    return (high << 32n) | BigInt(this.engine.next());
  }

  /**
   * Everything that decides the rest of the stream, in the 5056 bytes of `torch.Generator.get_state()`, so
   * that states travel between the two. Little-endian, whatever the machine:
   *
   *     0  uint64 seed     8  int32 left, 12 int32 seeded = 1     16  uint64 index of the next word
   *     24 uint64[624] the words   5024 float64 cached normal   5040 int32 whether there is one   the rest 0
   */
  getState(): Uint8Array {
    const bytes = new Uint8Array(STATE_BYTES);
    const view = new DataView(bytes.buffer);
    const { words, position } = this.engine;
    view.setBigUint64(0, this.seedValue, true);
    view.setInt32(AT_LEFT, left(position), true);
    view.setInt32(AT_SEEDED, 1, true);
    view.setUint32(AT_NEXT, position, true);
    for (let i = 0; i < STATE_WORDS; i++) view.setUint32(AT_WORDS + 8 * i, words[i], true);
    if (this.cachedNormal !== undefined) {
      view.setFloat64(AT_NORMAL, this.cachedNormal, true);
      view.setInt32(AT_HAS_NORMAL, 1, true);
    }
    return bytes;
  }

  /**
   * Continues from a state of `getState()` or of `torch.Generator.get_state()`. The bytes are copied. Throws
   * TypeError or RangeError, and leaves the stream alone, unless they are such a state.
   */
  setState(state: Uint8Array): void {
    if (!(state instanceof Uint8Array)) {
      throw new TypeError(`setState: expected a Uint8Array from getState(), got ${describe(state)}`);
    }
    if (state.length !== STATE_BYTES) {
      throw new RangeError(`setState: expected a state of ${STATE_BYTES} bytes, got ${state.length}`);
    }
    const view = new DataView(state.buffer, state.byteOffset, state.byteLength);
    const position = view.getUint32(AT_NEXT, true);
    const savedLeft = view.getInt32(AT_LEFT, true);
    if (position > STATE_WORDS || savedLeft !== left(position) || view.getInt32(AT_SEEDED, true) !== 1) {
      throw new RangeError(
        `setState: Invalid mt19937 state: next word ${position} with ${savedLeft} left; ` +
          'these are not the bytes of getState()',
      );
    }
    this.seedValue = view.getBigUint64(0, true);
    this.engine.position = position;
    for (let i = 0; i < STATE_WORDS; i++) this.engine.words[i] = view.getUint32(AT_WORDS + 8 * i, true);
    this.cachedNormal =
      view.getInt32(AT_HAS_NORMAL, true) === 0 ? undefined : view.getFloat64(AT_NORMAL, true);
  }
}

/** ATen's `left_`, which `position` determines: draws until the refill, the refilling draw included. */
function left(position: number): number {
  return position === 0 ? 1 : STATE_WORDS + 1 - position;
}

function lowWord(seed: bigint): number {
  return Number(seed & 0xffffffffn);
}

function unsigned64(seed: number | bigint, caller: string): bigint {
  if (typeof seed === 'number') {
    if (!Number.isInteger(seed)) throw new RangeError(`${caller}: the seed must be an integer, got ${seed}`);
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(
        `${caller}: ${seed} is past 2^53, where numbers skip integers; pass it as a bigint`,
      );
    }
  } else if (typeof seed !== 'bigint') {
    throw new RangeError(`${caller}: the seed must be an integer, got ${describe(seed)}`);
  }
  const value = BigInt(seed);
  if (value < -(2n ** 63n) || value >= 2n ** 64n) {
    throw new RangeError(`${caller}: the seed must lie in [-2^63, 2^64), got ${value}`);
  }
  return BigInt.asUintN(64, value);
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? (value.constructor?.name ?? 'object') : String(value);
}

function unpredictableSeed(): number {
  const { crypto } = globalThis as { crypto?: { getRandomValues(into: Uint32Array): unknown } };
  const halves = Uint32Array.of(floor(random() * TWO_32), floor(random() * TWO_32));
  crypto?.getRandomValues(halves);
  return (halves[0] & 0x1fffff) * TWO_32 + halves[1];
}

/**
 * The generator used wherever none is given (`torch.default_generator`), seeded unpredictably at first. It
 * lives on `globalThis` so that two loaded copies of this package (CommonJS beside ES modules) draw from one
 * stream; never test it with `instanceof`, since the other copy may have made it.
 */
export const defaultGenerator: Generator = sharedGenerator();

function sharedGenerator(): Generator {
  const shared = globalThis as { [key: symbol]: Generator | undefined };
  return (shared[Symbol.for('retrograd.random')] ??= new Generator(unpredictableSeed()));
}
