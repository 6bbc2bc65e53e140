import { createHash } from 'node:crypto';
import type { nn, Tensor } from '../../src/index.ts';

/** What is noted of a weight at the start: its shape, its first two elements and a digest of all. */
export interface Fingerprint {
  readonly shape: readonly number[];
  readonly first: readonly number[];
  readonly sha256: string;
}

/** What is compared of a training. */
export class Log {
  readonly losses: number[] = [];
  /** The samples of each step; empty where nothing is shuffled. */
  readonly order: number[][] = [];
  /** The loss at the end, in evaluation mode. */
  evaluated = NaN;
  initial: Record<string, Fingerprint> = {};
  norms: Record<string, number> = {};
  private model: nn.Module | null = null;

  /** Notes the weights; first thing after the model is made. */
  begin(model: nn.Module): void {
    this.model = model;
    this.initial = this.ofWeights(fingerprint);
  }

  /** Notes a step's loss and which samples it was of. */
  step(loss: Tensor, indices?: Tensor): void {
    this.losses.push(loss.item());
    if (indices !== undefined) this.order.push(Array.from(indices.data));
  }

  /** Notes the model's loss in evaluation mode, and how large the weights are. */
  end(evaluated: Tensor): void {
    this.evaluated = evaluated.item();
    this.norms = this.ofWeights((p) => p.detach().norm().item());
  }

  private ofWeights<T>(what: (p: Tensor) => T): Record<string, T> {
    return Object.fromEntries([...(this.model?.namedParameters() ?? [])].map(([name, p]) => [name, what(p)]));
  }
}

function fingerprint(p: Tensor): Fingerprint {
  const values = p.detach().contiguous().data;
  if (!(values instanceof Float64Array)) throw new TypeError(`expected float64 weights, got ${p.dtype}`);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return {
    shape: [...p.shape],
    first: Array.from(values.subarray(0, 2)),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}
