import type { Tensor } from '@retrograd/core';
import { checkChoice } from '../../checks.ts';
import { Recurrent, type RecurrentOptions } from './recurrent.ts';
import { elmanWith, gru, lstm, type RecurrentNonlinearity } from './steps.ts';

/** Options of {@link RNN}. */
export interface RNNOptions extends RecurrentOptions {
  /** What is applied to the sums. Default 'tanh'. */
  readonly nonlinearity?: RecurrentNonlinearity;
}

/**
 * The Elman network (torch.nn.RNN): over the steps of a sequence
 *
 *     h ← tanh(x·Wihᵀ + bih + h·Whhᵀ + bhh)
 *
 * in one or more layers, one or two directions. Packed sequences are not supported: pad, and mask the loss.
 *
 *     const rnn = new nn.RNN(10, 20, 2, { batchFirst: true });
 *     const [output, hn] = rnn.forward(x);
 */
export class RNN extends Recurrent {
  readonly nonlinearity: RecurrentNonlinearity;

  /**
   * @param numLayersOrOptions - The options; the number of layers may stand alone or before them, as in PyTorch.
   * @throws RangeError or TypeError for arguments that make no sense.
   */
  constructor(
    inputSize: number,
    hiddenSize: number,
    numLayersOrOptions: number | RNNOptions = {},
    options: RNNOptions = {},
  ) {
    const given = merged(numLayersOrOptions, options);
    const { nonlinearity = 'tanh' } = given;
    checkChoice('RNN', 'nonlinearity', nonlinearity, Object.keys(elmanWith));
    super(elmanWith[nonlinearity].gates, inputSize, hiddenSize, given);
    this.nonlinearity = nonlinearity;
  }

  /**
   * @param input - [L, N, inputSize], with `batchFirst` [N, L, inputSize], or one sequence [L, inputSize].
   * @param hx - The states before the first step, [numLayers·directions, N, hiddenSize] or without N. Default zeros.
   * @returns The last layer's outputs [L, N, directions·hiddenSize] (in the input's order of dims), and the states after
   *   the last step, of the shape of hx.
   * @throws ShapeError for other shapes.
   */
  forward(input: Tensor, hx?: Tensor | null): [output: Tensor, hn: Tensor] {
    const { output, states } = this.run(elmanWith[this.nonlinearity], input, hx ? [hx] : null);
    return [output, states[0]];
  }
}

/** Options of {@link LSTM}. */
export interface LSTMOptions extends RecurrentOptions {
  /** The size to which outputs are projected, less than hiddenSize; 0 for none. Default 0. */
  readonly projSize?: number;
}

/**
 * Long short-term memory (torch.nn.LSTM; Hochreiter & Schmidhuber, 1997): over the steps of a sequence
 *
 *     i, f, g, o ← x·Wihᵀ + bih + h·Whhᵀ + bhh    (the rows of the weights in this order)
 *     c ← σ(f)·c + σ(i)·tanh(g)
 *     h ← σ(o)·tanh(c), times Whrᵀ with `projSize`
 *
 * in one or more layers, one or two directions. Packed sequences are not supported: pad, and mask the loss.
 *
 *     const lstm = new nn.LSTM(10, 20, 2, { batchFirst: true });
 *     const [output, [hn, cn]] = lstm.forward(x);
 */
export class LSTM extends Recurrent {
  /**
   * @param numLayersOrOptions - The options; the number of layers may stand alone or before them, as in PyTorch.
   * @throws RangeError or TypeError for arguments that make no sense.
   */
  constructor(
    inputSize: number,
    hiddenSize: number,
    numLayersOrOptions: number | LSTMOptions = {},
    options: LSTMOptions = {},
  ) {
    const given = merged(numLayersOrOptions, options);
    super(lstm.gates, inputSize, hiddenSize, given, given.projSize);
  }

  /**
   * @param input - [L, N, inputSize], with `batchFirst` [N, L, inputSize], or one sequence [L, inputSize].
   * @param hx - h and c before the first step: [numLayers·directions, N, projSize or hiddenSize] and
   *   [numLayers·directions, N, hiddenSize], or without N. Default zeros.
   * @returns The last layer's outputs [L, N, directions·outputs] (in the input's order of dims), and h and c after the
   *   last step, of the shapes of hx.
   * @throws ShapeError for other shapes.
   */
  forward(
    input: Tensor,
    hx?: readonly [h: Tensor, c: Tensor] | null,
  ): [output: Tensor, state: [hn: Tensor, cn: Tensor]] {
    if (hx && hx.length !== 2) {
      throw new TypeError('LSTM: expected hx to be [h0, c0]');
    }
    const { output, states } = this.run(lstm, input, hx ?? null);
    return [output, [states[0], states[1]]];
  }
}

/** Options of {@link GRU}. */
export type GRUOptions = RecurrentOptions;

/**
 * The gated recurrent unit (torch.nn.GRU; Cho et al., 2014): over the steps of a sequence
 *
 *     r ← σ(x·Wirᵀ + bir + h·Whrᵀ + bhr)    (the rows of the weights in the order r, z, n)
 *     z ← σ(x·Wizᵀ + biz + h·Whzᵀ + bhz)
 *     n ← tanh(x·Winᵀ + bin + r·(h·Whnᵀ + bhn))
 *     h ← (1 − z)·n + z·h
 *
 * in one or more layers, one or two directions. Packed sequences are not supported: pad, and mask the loss.
 *
 *     const gru = new nn.GRU(10, 20, { bidirectional: true });
 *     const [output, hn] = gru.forward(x);
 */
export class GRU extends Recurrent {
  /**
   * @param numLayersOrOptions - The options; the number of layers may stand alone or before them, as in PyTorch.
   * @throws RangeError or TypeError for arguments that make no sense.
   */
  constructor(
    inputSize: number,
    hiddenSize: number,
    numLayersOrOptions: number | GRUOptions = {},
    options: GRUOptions = {},
  ) {
    super(gru.gates, inputSize, hiddenSize, merged(numLayersOrOptions, options));
  }

  /**
   * @param input - [L, N, inputSize], with `batchFirst` [N, L, inputSize], or one sequence [L, inputSize].
   * @param hx - The states before the first step, [numLayers·directions, N, hiddenSize] or without N. Default zeros.
   * @returns The last layer's outputs [L, N, directions·hiddenSize] (in the input's order of dims), and the states after
   *   the last step, of the shape of hx.
   * @throws ShapeError for other shapes.
   */
  forward(input: Tensor, hx?: Tensor | null): [output: Tensor, hn: Tensor] {
    const { output, states } = this.run(gru, input, hx ? [hx] : null);
    return [output, states[0]];
  }
}

function merged<O extends RecurrentOptions>(numLayersOrOptions: number | O, options: O): O {
  return typeof numLayersOrOptions === 'object'
    ? numLayersOrOptions
    : { ...options, numLayers: numLayersOrOptions };
}
