import { cat, dropout, linear, ShapeError, stack, zeros, type DType, type Tensor } from '@retrograd/core';
import { checkFlag, checkSize } from '../../checks.ts';
import { uniform_ } from '../../init.ts';
import { snakeCase } from '../../keys.ts';
import { Module } from '../../module.ts';
import { Parameter } from '../../parameter.ts';
import { pythonFloat } from '../../repr.ts';
import { partsOf } from '../parts.ts';
import type { Recurrence } from './steps.ts';

/** Options of recurrent layers. */
export interface RecurrentOptions {
  /** How many layers are stacked, each reading the outputs of the one before. Default 1. */
  readonly numLayers?: number;
  /** Whether biases are added. Default true. */
  readonly bias?: boolean;
  /** Whether input and output are [N, L, …] in place of [L, N, …]; states never are. Default false. */
  readonly batchFirst?: boolean;
  /** The probability that an output of a layer other than the last is dropped in training mode. Default 0. */
  readonly dropout?: number;
  /** Whether a second recurrence reads the sequence from its end; outputs are side by side. Default false. */
  readonly bidirectional?: boolean;
  /** The dtype of the parameters. Default float32. */
  readonly dtype?: DType;
}

/**
 * What {@link RNN}, {@link LSTM} and {@link GRU} share: weights of layers and directions, and the way through them.
 *
 * The parameters are fields by PyTorch's names: `weightIhL0` (saved as `weight_ih_l0`) and `weightHhL0` for the first
 * layer, `biasIhL0`, `biasHhL0`, and, bidirectional, `weightIhL0Reverse` and so on. All start uniform on ±1/√hiddenSize.
 */
export abstract class Recurrent extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  /** The probability that an output of a layer other than the last is dropped in training mode. */
  dropout: number;
  readonly bidirectional: boolean;
  /** The size of an LSTM's projected outputs; 0 without projection. */
  readonly projSize: number;
  /** [gates·hiddenSize, inputSize], in later layers [gates·hiddenSize, directions·outputs] */
  [weightIh: `weightIh${string}`]: Parameter;
  /** [gates·hiddenSize, outputs] */
  [weightHh: `weightHh${string}`]: Parameter;
  /** [projSize, hiddenSize] */
  [weightHr: `weightHr${string}`]: Parameter;
  /** [gates·hiddenSize] */
  [biasIh: `biasIh${string}`]: Parameter;
  /** [gates·hiddenSize] */
  [biasHh: `biasHh${string}`]: Parameter;

  protected constructor(
    gates: number,
    inputSize: number,
    hiddenSize: number,
    options: RecurrentOptions,
    projSize = 0,
  ) {
    super();
    const { numLayers = 1, bias = true, batchFirst = false, bidirectional = false } = options;
    const { dropout: p = 0, dtype = 'float32' } = options;
    const { name } = this.constructor;
    checkSize(name, 'inputSize', inputSize, 0);
    checkSize(name, 'hiddenSize', hiddenSize, 1);
    checkSize(name, 'numLayers', numLayers, 1);
    checkFlag(name, 'bias', bias);
    checkFlag(name, 'batchFirst', batchFirst);
    checkFlag(name, 'bidirectional', bidirectional);
    checkSize(name, 'projSize', projSize, 0);
    if (typeof p !== 'number' || !(p >= 0 && p <= 1)) {
      throw new RangeError(
        `${name}: dropout should be a number in range [0, 1] representing the probability of an element being ` +
          `zeroed, got ${String(p)}`,
      );
    }
    if (projSize >= hiddenSize) {
      throw new RangeError(
        `${name}: proj_size has to be smaller than hidden_size: ${projSize} ≥ ${hiddenSize}`,
      );
    }
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = numLayers;
    this.bias = bias;
    this.batchFirst = batchFirst;
    this.dropout = p;
    this.bidirectional = bidirectional;
    this.projSize = projSize;
    const parameter = (...shape: number[]): Parameter => new Parameter(zeros(shape, { dtype }));
    for (let layer = 0; layer < numLayers; layer++) {
      for (const at of this.placesOf(layer)) {
        const inputs = layer === 0 ? inputSize : this.outputSize * this.directions;
        this[`weightIh${at}`] = parameter(gates * hiddenSize, inputs);
        this[`weightHh${at}`] = parameter(gates * hiddenSize, this.outputSize);
        if (bias) {
          this[`biasIh${at}`] = parameter(gates * hiddenSize);
          this[`biasHh${at}`] = parameter(gates * hiddenSize);
        }
        if (projSize > 0) this[`weightHr${at}`] = parameter(projSize, hiddenSize);
      }
    }
    this.resetParameters();
  }

  /** Draws the parameters anew. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.hiddenSize);
    for (const parameter of this.parameters()) uniform_(parameter, -bound, bound);
  }

  protected override keyOf(field: string): string {
    return snakeCase(field);
  }

  override extraRepr(): string {
    const { inputSize, hiddenSize, projSize, numLayers, bias, batchFirst, bidirectional } = this;
    const parts = [`${inputSize}, ${hiddenSize}`];
    if (projSize !== 0) parts.push(`proj_size=${projSize}`);
    if (numLayers !== 1) parts.push(`num_layers=${numLayers}`);
    if (!bias) parts.push('bias=False');
    if (batchFirst) parts.push('batch_first=True');
    if (this.dropout !== 0) parts.push(`dropout=${pythonFloat(this.dropout)}`);
    if (bidirectional) parts.push('bidirectional=True');
    return parts.join(', ');
  }

  /** How often a layer goes through the sequence: 2 if bidirectional. */
  private get directions(): number {
    return this.bidirectional ? 2 : 1;
  }

  private get outputSize(): number {
    return this.projSize > 0 ? this.projSize : this.hiddenSize;
  }

  /** How the names of the parameters of a layer end, one for each direction. */
  private placesOf(layer: number): string[] {
    return this.bidirectional ? [`L${layer}`, `L${layer}Reverse`] : [`L${layer}`];
  }

  /**
   * The outputs of the last layer, and the states after the last step: of all layers and directions, one above the
   * other.
   *
   * @param initial - As many tensors as a state has, [layers·directions, N, …] or without N; null for zeros.
   */
  protected run(
    recurrence: Recurrence,
    input: Tensor,
    initial: readonly Tensor[] | null,
  ): { output: Tensor; states: Tensor[] } {
    const { numLayers, batchFirst, training } = this;
    const batched = this.checkInput(input);
    if (initial !== null) this.checkInitial(initial, input);
    const sequence = !batched ? input.unsqueeze(1) : batchFirst ? input.transpose(0, 1) : input;
    const [steps, batch] = sequence.shape;
    const first = initial?.map((x) => (batched ? x : x.unsqueeze(1)));
    // Steps below each other: [L·N, …].
    let rows = sequence.reshape([steps * batch, this.inputSize]);
    const finals: Tensor[][] = [];
    for (let layer = 0; layer < numLayers; layer++) {
      const sides = this.placesOf(layer).map((at, direction) => {
        const state =
          first?.map((x) => x.select(0, finals.length)) ?? this.zeroState(recurrence, batch, input.dtype);
        const { outputs, last } = this.walk(recurrence, at, {
          rows,
          steps,
          state,
          backwards: direction === 1,
        });
        finals.push(last);
        return cat(outputs, 0);
      });
      rows = sides.length === 1 ? sides[0] : cat(sides, 1);
      if (layer < numLayers - 1 && this.dropout > 0) rows = dropout(rows, { p: this.dropout, training });
    }
    const output = rows.reshape([steps, batch, rows.shape[1]]);
    const states = finals[0].map((_, k) => stack(finals.map((state) => state[k])));
    if (!batched) return { output: output.squeeze(1), states: states.map((x) => x.squeeze(1)) };
    return { output: batchFirst ? output.transpose(0, 1) : output, states };
  }

  /** One direction of one layer: its outputs, in the order of the sequence, and the state after its last step. */
  private walk(
    { sumsBiases, step }: Recurrence,
    at: string,
    { rows, steps, state, backwards }: Walk,
  ): { outputs: Tensor[]; last: Tensor[] } {
    const biasIh = this.bias ? this[`biasIh${at}`] : null;
    const biasHh = this.bias ? this[`biasHh${at}`] : null;
    const bias = biasIh !== null && biasHh !== null && sumsBiases ? biasIh.add(biasHh) : biasIh;
    const weights = {
      recurrent: this[`weightHh${at}`].t(),
      bias: biasHh,
      projection: this.projSize > 0 ? this[`weightHr${at}`].t() : null,
    };
    const projected = partsOf(linear(rows, this[`weightIh${at}`], bias), steps, 0);
    if (backwards) projected.reverse();
    let last = [...state];
    const outputs = projected.map((x) => {
      last = step(x, last, weights);
      return last[0];
    });
    return { outputs: backwards ? outputs.reverse() : outputs, last };
  }

  private zeroState({ states }: Recurrence, batch: number, dtype: DType): Tensor[] {
    const sizes = [this.outputSize, this.hiddenSize].slice(0, states);
    return sizes.map((size) => zeros([batch, size], { dtype }));
  }

  /** Whether the input is a batch. Throws unless it is one or a single sequence, of vectors of the right size. */
  private checkInput(input: Tensor): boolean {
    const { name } = this.constructor;
    if (input.ndim !== 2 && input.ndim !== 3) {
      throw new ShapeError(`${name}: Expected input to be 2-D or 3-D but received ${input.ndim}-D tensor`);
    }
    const size = input.shape[input.ndim - 1];
    if (size !== this.inputSize) {
      throw new ShapeError(
        `${name}: input.size(-1) must be equal to input_size. Expected ${this.inputSize}, got ${size}`,
      );
    }
    if (input.shape[input.ndim === 3 && this.batchFirst ? 1 : 0] === 0) {
      throw new ShapeError(`${name}: Expected sequence length to be larger than 0`);
    }
    return input.ndim === 3;
  }

  private checkInitial(initial: readonly Tensor[], input: Tensor): void {
    const { name } = this.constructor;
    const { ndim } = input;
    const batch = ndim === 2 ? [] : [input.shape[this.batchFirst ? 0 : 1]];
    initial.forEach((x, k) => {
      if (x.ndim !== ndim) {
        throw new ShapeError(
          `${name}: For ${ndim === 2 ? 'unbatched' : 'batched'} ${ndim}-D input, hx should also be ${ndim}-D but got ` +
            `${x.ndim}-D tensor`,
        );
      }
      const expected = [
        this.numLayers * this.directions,
        ...batch,
        k === 0 ? this.outputSize : this.hiddenSize,
      ];
      if (x.shape.join() !== expected.join()) {
        const which = initial.length === 1 ? 'hidden' : `hidden[${k}]`;
        throw new ShapeError(
          `${name}: Expected ${which} size (${expected.join(', ')}), got [${x.shape.join(', ')}]`,
        );
      }
    });
  }
}

/** A way through the sequence. */
interface Walk {
  /** The inputs of all steps, below each other: [L·N, inputs]. */
  readonly rows: Tensor;
  readonly steps: number;
  /** The state before the first step. */
  readonly state: readonly Tensor[];
  /** Whether the last input comes first. */
  readonly backwards: boolean;
}
