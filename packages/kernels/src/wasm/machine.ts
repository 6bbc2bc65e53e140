import { relaxed } from './relaxed.generated.ts';
import { simd } from './simd.generated.ts';

/** A WebAssembly build of the kernels: 128-bit SIMD, or the same with fused multiply-add. */
export type Build = 'simd' | 'relaxed';

const { ceil, max, min } = Math;

/** The modules use the first KiB as scratch of their own, and keep their constants in the next three. */
const BASE = 4096;
const PAGE = 65536;
const FIRST_PAGES = 64;
/** 4 GiB: what 32-bit addresses reach. */
const MOST_PAGES = 65536;
/** How many calls the greatest need of memory is remembered. */
const EPOCH = 512;

function decode(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

const SOURCES: Readonly<Record<Build, string>> = { simd, relaxed };

/** Whether this engine can run a build. */
export function supports(build: Build): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(decode(SOURCES[build]));
}

type Export = (...args: number[]) => number;

/**
 * One instance of a build and its memory. The memory is scratch: every kernel copies its operands in, runs, and copies
 * its results out, so nothing lives in it between calls, and it can be replaced by a smaller one after a peak
 * (WebAssembly memory itself never shrinks).
 */
export class Machine {
  readonly #choose: () => Build | undefined;
  #build: Build | undefined;
  #state: 'new' | 'ready' | 'unusable' = 'new';
  /** Views of the memory; read them after {@link begin}, which may replace them. */
  f32: Float32Array = new Float32Array(0);
  f64: Float64Array = new Float64Array(0);
  i32: Int32Array = new Int32Array(0);
  u8: Uint8Array = new Uint8Array(0);
  #module: WebAssembly.Module | undefined;
  #exports: Record<string, Export> = {};
  #memory: WebAssembly.Memory | undefined;
  #top = BASE;
  #end = 0;
  #calls = 0;
  #peak = 0;

  /** @param choose Which build to run, asked at the first use; undefined if the engine runs none. */
  constructor(choose: () => Build | undefined) {
    this.#choose = choose;
  }

  /** The build in use; undefined before {@link ready} has said true. */
  get build(): Build | undefined {
    return this.#build;
  }

  /** Whether the engine runs a build; compiles it when first asked. */
  ready(): boolean {
    if (this.#state === 'new') this.#state = this.#compile() ? 'ready' : 'unusable';
    return this.#state === 'ready';
  }

  /** The size of the memory at present. */
  get bytes(): number {
    return this.#end;
  }

  /**
   * Starts a call that will {@link place} at most `bytes` (each placement rounded up to 64).
   *
   * @throws {RangeError} If the memory cannot grow that far.
   */
  begin(bytes: number): void {
    this.#top = BASE;
    const end = BASE + bytes;
    this.#peak = max(this.#peak, end);
    if (end > this.#end) this.#grow(end);
    else if (++this.#calls === EPOCH) {
      // Twice what was needed of late is kept, so that alternating calls do not make memories in turn.
      if (this.#end > 4 * this.#peak && this.#end > FIRST_PAGES * PAGE) this.#instantiate(2 * this.#peak);
      this.#calls = 0;
      this.#peak = end;
    }
  }

  /** The address of `bytes` of memory, a multiple of 64. */
  place(bytes: number): number {
    const at = this.#top;
    this.#top = at + 64 * ceil(bytes / 64);
    return at;
  }

  /** A function of the module, by its name. */
  function(name: string): Export {
    return this.#exports[name];
  }

  #compile(): boolean {
    const build = this.#choose();
    if (build === undefined) return false;
    try {
      this.#module = new WebAssembly.Module(decode(SOURCES[build]));
    } catch {
      return false; // A page's content security policy may forbid WebAssembly.
    }
    this.#build = build;
    this.#instantiate(0);
    return true;
  }

  #grow(end: number): void {
    const memory = this.#memory;
    if (memory === undefined) throw new Error('kernels: the machine was not asked whether it is ready');
    // Half as much again, so that slowly growing needs cost few steps.
    if (end > MOST_PAGES * PAGE) throw outOfMemory(end, undefined);
    const wanted = min(MOST_PAGES, max(ceil(end / PAGE), ceil((1.5 * this.#end) / PAGE)));
    try {
      memory.grow(max(0, wanted - this.#end / PAGE));
    } catch {
      try {
        memory.grow(ceil((end - this.#end) / PAGE));
      } catch (error) {
        throw outOfMemory(end, error);
      }
    }
    this.#look(memory);
  }

  #instantiate(end: number): void {
    const module = this.#module;
    if (module === undefined) return;
    try {
      const memory = new WebAssembly.Memory({ initial: max(FIRST_PAGES, ceil(end / PAGE)) });
      const { exports } = new WebAssembly.Instance(module, { env: { memory } });
      this.#exports = exports as Record<string, Export>;
      this.#memory = memory;
      this.#look(memory);
    } catch (error) {
      throw error instanceof RangeError ? outOfMemory(end, error) : error;
    }
  }

  #look(memory: WebAssembly.Memory): void {
    this.f32 = new Float32Array(memory.buffer);
    this.f64 = new Float64Array(memory.buffer);
    this.i32 = new Int32Array(memory.buffer);
    this.u8 = new Uint8Array(memory.buffer);
    this.#end = memory.buffer.byteLength;
  }
}

function outOfMemory(bytes: number, cause: unknown): RangeError {
  const mib = ceil(bytes / 2 ** 20);
  return new RangeError(
    `kernels: out of memory: one call needs ${mib} MiB of WebAssembly memory (at most 4096) and the engine did not ` +
      'grant it. Make the operands smaller (a smaller batch), or set RETROGRAD_KERNELS=reference',
    { cause },
  );
}
