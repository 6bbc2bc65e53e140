/* Activations along a dim. */
import { glu, logSoftmax, ShapeError, softmax, softmin, type Tensor } from '@retrograd/core';
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

/** Softmax over the channels of [N, C, H, W] or [C, H, W] (torch.nn.Softmax2d). */
export class Softmax2d extends Module {
  /** @throws ShapeError for another number of dims. */
  forward(input: Tensor): Tensor {
    if (input.ndim !== 3 && input.ndim !== 4) {
      throw new ShapeError(`Softmax2d: requires a 3D or 4D tensor as input, got [${input.shape.join(', ')}]`);
    }
    return softmax(input, -3);
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
