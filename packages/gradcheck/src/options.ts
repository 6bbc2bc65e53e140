import type { Tensor } from '@retrograd/core';

/** Tensors in any nesting of arrays and objects; what is no tensor is passed on as it is. */
export type Nested =
  | Tensor
  | number
  | string
  | boolean
  | null
  | undefined
  | readonly Nested[]
  | { readonly [name: string]: Nested };

/**
 * What a module looks like from here. Its parameters are checked along with its inputs; its buffers are put back before
 * every call, so that one that counts or averages over its calls is the same function each time.
 */
export interface ModuleLike {
  forward(...inputs: never[]): unknown;
  namedParameters(): [string, Tensor][];
  namedBuffers?(): [string, Tensor][];
  /** How it prints, for reports. */
  toString(): string;
}

/** Options of `gradcheck`. Every default is chosen so that none is needed. */
export interface GradcheckOptions {
  /** The name in the report. Default: the function's or class's own. */
  readonly name?: string;
  /** Check gradients (1), gradients of gradients (2), … up to this order. Default 1. */
  readonly order?: number;
  /** Seeds cotangents, directions and resampled points. Default 0. */
  readonly seed?: number;
  /** `auto` (default) takes the exact tier where f allows it, else the full one up to `maxEntries`, else samples. */
  readonly tier?: 'auto' | 'exact' | 'full' | 'sampled';
  /** Declares f linear or at most quadratic in each input, instead of detecting it. */
  readonly degree?: 'linear' | 'quadratic';
  /** The largest Jacobian that is checked entry by entry. Default 10 000 entries. */
  readonly maxEntries?: number;
  /** Random directions in the sampled tier. Default 8. */
  readonly directions?: number;
  /** Entries checked one by one in the sampled tier. Default 256. */
  readonly samples?: number;
  /** Milliseconds after which checking stops with what it has. Default 30 000. */
  readonly timeBudget?: number;
  /** Other points tried where a kink was found. Default 5. */
  readonly resamples?: number;
  /** The documented subgradient at a kink: `analytic` must equal it there. `between` (any value between the slopes). */
  readonly subgradient?: 'between' | 'left' | 'right' | 'mean' | ((left: number, right: number) => number);
  /** The dim along which samples are independent: f of a batch must equal f of each sample. */
  readonly batchDim?: number;
  /** Whether the invariants are checked too. Default true. */
  readonly invariants?: boolean;
  /** Do not fail on what could not be decided: only affects `assertGradients`, matchers and the CLI. Default false. */
  readonly allowInconclusive?: boolean;
}
