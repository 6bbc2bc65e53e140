import { setFlagsFromString } from 'node:v8';
import { createContext, runInContext, runInNewContext } from 'node:vm';
import type { Tensor } from 'retrograd';

/** An activation that was computed: known by a reference that does not keep it alive. */
interface Pebble {
  readonly layer: number;
  readonly again: boolean;
  readonly bytes: number;
  readonly numbers: WeakRef<object>;
}

/** What was found at one step. */
interface Look {
  readonly step: string;
  /** By layer, what stands for it. */
  readonly signs: readonly string[];
  readonly bytes: number;
}

/** Watches which activations of a network are alive. */
export class Garden {
  /** How many activations were computed, again ones included. */
  laid = 0;
  private readonly layers: number;
  private readonly pebbles: Pebble[] = [];
  private readonly looks: Look[] = [];

  /** @throws Error where garbage cannot be collected on demand. */
  constructor(layers: number) {
    this.layers = layers;
    const nobodys = ((): WeakRef<object> => new WeakRef({}))();
    collectGarbage();
    if (nobodys.deref() !== undefined)
      throw new Error(`Garden: Node ${process.version} does not collect garbage when asked to`);
  }

  /** The most bytes that were found alive at a step. */
  get peak(): number {
    return Math.max(...this.looks.map(({ bytes }) => bytes));
  }

  /** Notes a layer's activation. Returns whether this layer's was computed before. */
  lay(layer: number, activation: Tensor): boolean {
    const again = this.pebbles.some((pebble) => pebble.layer === layer);
    const bytes = activation.data.byteLength;
    this.pebbles.push({ layer, again, bytes, numbers: new WeakRef(activation.storage) });
    this.laid += 1;
    return again;
  }

  /** Collects the garbage and notes which activations are left. */
  look(step: string): void {
    collectGarbage();
    const alive = this.pebbles.filter(({ numbers }) => numbers.deref() !== undefined);
    const signs = Array.from({ length: this.layers }, (_, layer) => {
      const here = alive.filter((pebble) => pebble.layer === layer);
      if (here.length === 0) return '·';
      return here.some(({ again }) => !again) ? '●' : '◐';
    });
    this.looks.push({ step, signs, bytes: alive.reduce((sum, { bytes }) => sum + bytes, 0) });
  }

  /** What was found, as a table: ● alive, ◐ alive after it was computed again, · not alive. */
  lines(): string[] {
    const row = (step: string, cells: readonly (string | number)[], bytes: string): string =>
      `  ${step.padEnd(12)}${cells.join(' ')}  ${bytes.padStart(7)}`;
    const numbers = Array.from({ length: this.layers }, (_, i) => i + 1);
    return [
      row('step', numbers, 'alive'),
      ...this.looks.map(({ step, signs, bytes }) => row(step, signs, `${bytes / 1024} KiB`)),
    ];
  }
}

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;
const elsewhere = createContext({}, { microtaskMode: 'afterEvaluate' });

/**
 * Collects what nothing but WeakRefs refer to. These keep what they were made of or asked for alive until the microtasks
 * have run, which would be when backward has returned: so microtasks are run first, in a context where there are none.
 */
function collectGarbage(): void {
  runInContext('0', elsewhere);
  gc();
}
