/* Activations along a dim. */
import { glu, logSoftmax, softmax, softmin, type Tensor } from '@retrograd/core';
import { argument, type Argument } from '../checks.ts';
import { Module } from '../module.ts';

/** exp(x) / Σ exp(x) along dim (torch.nn.Softmax). */
export class Softmax extends Module {
  readonly dim: number;

  /** @throws RangeError for a dim that is no integer. */
  constructor(dim: Argument<'dim'>) {
    super();
    this.dim = dimOf('Softmax', argument(dim, 'dim'));
  }

  forward(input: Tensor): Tensor {
    return softmax(input, this.dim);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/** log softmax(x) along dim (torch.nn.LogSoftmax). */
export class LogSoftmax extends Module {
  readonly dim: number;

  /** @throws RangeError for a dim that is no integer. */
  constructor(dim: Argument<'dim'>) {
    super();
    this.dim = dimOf('LogSoftmax', argument(dim, 'dim'));
  }

  forward(input: Tensor): Tensor {
    return logSoftmax(input, this.dim);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/** softmax(−x) along dim (torch.nn.Softmin). */
export class Softmin extends Module {
  readonly dim: number;

  /** @throws RangeError for a dim that is no integer. */
  constructor(dim: Argument<'dim'>) {
    super();
    this.dim = dimOf('Softmin', argument(dim, 'dim'));
  }

  forward(input: Tensor): Tensor {
    return softmin(input, this.dim);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/** a·σ(b), where a and b are the halves of x along dim (torch.nn.GLU; Dauphin et al., 2017). */
export class GLU extends Module {
  readonly dim: number;

  /** @param dim - Default −1. */
  constructor(dim?: Argument<'dim'>) {
    super();
    this.dim = dimOf('GLU', argument(dim, 'dim') ?? -1);
  }

  forward(input: Tensor): Tensor {
    return glu(input, this.dim);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

function dimOf(where: string, dim: number | undefined): number {
  if (!Number.isInteger(dim)) throw new RangeError(`${where}: dim must be an integer, got ${String(dim)}`);
  return dim as number;
}
