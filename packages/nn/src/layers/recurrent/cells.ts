import { linear, ShapeError, zeros, type DType, type Tensor } from '@retrograd/core';
import { checkChoice, checkFlag, checkSize } from '../../checks.ts';
import { uniform_ } from '../../init.ts';
import { snakeCase } from '../../keys.ts';
import { Module } from '../../module.ts';
import { Parameter } from '../../parameter.ts';
import { elmanWith, gru, lstm, type Recurrence, type RecurrentNonlinearity } from './steps.ts';

/** Options of recurrent cells. */
export interface CellOptions {
  /** Whether biases are added. Default true. */
  readonly bias?: boolean;
  /** The dtype of the parameters. Default float32. */
  readonly dtype?: DType;
}

/** One step of a recurrence as a module. All parameters start uniform on ±1/√hiddenSize. */
abstract class Cell extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** [gates·hiddenSize, inputSize] */
  weightIh: Parameter;
  /** [gates·hiddenSize, hiddenSize] */
  weightHh: Parameter;
  /** [gates·hiddenSize], or null without bias. */
  biasIh: Parameter | null;
  /** [gates·hiddenSize], or null without bias. */
  biasHh: Parameter | null;

  protected constructor(
    gates: number,
    inputSize: number,
    hiddenSize: number,
    { bias = true, dtype = 'float32' }: CellOptions,
  ) {
    super();
    const { name } = this.constructor;
    checkSize(name, 'inputSize', inputSize, 0);
    checkSize(name, 'hiddenSize', hiddenSize, 1);
    checkFlag(name, 'bias', bias);
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.weightIh = new Parameter(zeros([gates * hiddenSize, inputSize], { dtype }));
    this.weightHh = new Parameter(zeros([gates * hiddenSize, hiddenSize], { dtype }));
    this.biasIh = bias ? new Parameter(zeros([gates * hiddenSize], { dtype })) : null;
    this.biasHh = bias ? new Parameter(zeros([gates * hiddenSize], { dtype })) : null;
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
    return `${this.inputSize}, ${this.hiddenSize}${this.biasIh === null ? ', bias=False' : ''}`;
  }

  /** The state after one step. */
  protected run(
    { states, sumsBiases, step }: Recurrence,
    input: Tensor,
    initial: readonly Tensor[] | null,
  ): Tensor[] {
    const { hiddenSize, weightIh, weightHh, biasIh, biasHh } = this;
    this.checkInput(input);
    initial?.forEach((x, k) => this.checkState(x, k, input));
    const batched = input.ndim === 2;
    const rows = batched ? input : input.unsqueeze(0);
    const zeroState = (): Tensor => zeros([rows.shape[0], hiddenSize], { dtype: input.dtype });
    const state =
      initial?.map((x) => (batched ? x : x.unsqueeze(0))) ?? Array.from({ length: states }, zeroState);
    const bias = biasIh !== null && biasHh !== null && sumsBiases ? biasIh.add(biasHh) : biasIh;
    const weights = { recurrent: weightHh.t(), bias: biasHh, projection: null };
    const next = step(linear(rows, weightIh, bias), state, weights);
    return batched ? next : next.map((x) => x.squeeze(0));
  }

  private checkInput({ ndim, shape }: Tensor): void {
    const { name } = this.constructor;
    if (ndim !== 1 && ndim !== 2) {
      throw new ShapeError(`${name}: Expected input to be 1-D or 2-D but received ${ndim}-D tensor`);
    }
    if (shape[ndim - 1] !== this.inputSize) {
      throw new ShapeError(
        `${name}: input has inconsistent input_size: got ${shape[ndim - 1]} expected ${this.inputSize}`,
      );
    }
  }

  private checkState(x: Tensor, k: number, input: Tensor): void {
    const expected = [...input.shape.slice(0, -1), this.hiddenSize];
    if (x.shape.join() === expected.join()) return;
    throw new ShapeError(
      `${this.constructor.name}: hidden${k} has inconsistent hidden_size: got [${x.shape.join(', ')}] expected ` +
        `[${expected.join(', ')}]`,
    );
  }
}

/** Options of {@link RNNCell}. */
export interface RNNCellOptions extends CellOptions {
  /** What is applied to the sums. Default 'tanh'. */
  readonly nonlinearity?: RecurrentNonlinearity;
}

/** One step of an {@link RNN}: tanh(x·Wihᵀ + bih + h·Whhᵀ + bhh) (torch.nn.RNNCell). */
export class RNNCell extends Cell {
  readonly nonlinearity: RecurrentNonlinearity;

  /** @throws RangeError or TypeError for arguments that make no sense. */
  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions = {}) {
    const { nonlinearity = 'tanh' } = options;
    checkChoice('RNNCell', 'nonlinearity', nonlinearity, Object.keys(elmanWith));
    super(elmanWith[nonlinearity].gates, inputSize, hiddenSize, options);
    this.nonlinearity = nonlinearity;
  }

  /**
   * @param input - [N, inputSize] or [inputSize].
   * @param hx - [N, hiddenSize] or [hiddenSize]. Default zeros.
   * @returns The next state, of the shape of hx.
   * @throws ShapeError for other shapes.
   */
  forward(input: Tensor, hx?: Tensor | null): Tensor {
    return this.run(elmanWith[this.nonlinearity], input, hx ? [hx] : null)[0];
  }

  override extraRepr(): string {
    return super.extraRepr() + (this.nonlinearity === 'tanh' ? '' : `, nonlinearity=${this.nonlinearity}`);
  }
}

/** One step of an {@link LSTM} (torch.nn.LSTMCell). */
export class LSTMCell extends Cell {
  /** @throws RangeError or TypeError for arguments that make no sense. */
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super(lstm.gates, inputSize, hiddenSize, options);
  }

  /**
   * @param input - [N, inputSize] or [inputSize].
   * @param hx - h and c, each [N, hiddenSize] or [hiddenSize]. Default zeros.
   * @returns The next h and c, of the shapes of hx.
   * @throws ShapeError for other shapes.
   */
  forward(input: Tensor, hx?: readonly [h: Tensor, c: Tensor] | null): [hNext: Tensor, cNext: Tensor] {
    if (hx && hx.length !== 2) throw new TypeError('LSTMCell: expected hx to be [h0, c0]');
    const [h, c] = this.run(lstm, input, hx ?? null);
    return [h, c];
  }
}

/** One step of a {@link GRU} (torch.nn.GRUCell). */
export class GRUCell extends Cell {
  /** @throws RangeError or TypeError for arguments that make no sense. */
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super(gru.gates, inputSize, hiddenSize, options);
  }

  /**
   * @param input - [N, inputSize] or [inputSize].
   * @param hx - [N, hiddenSize] or [hiddenSize]. Default zeros.
   * @returns The next state, of the shape of hx.
   * @throws ShapeError for other shapes.
   */
  forward(input: Tensor, hx?: Tensor | null): Tensor {
    return this.run(gru, input, hx ? [hx] : null)[0];
  }
}
