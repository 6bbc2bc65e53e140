/* One step of each kind of recurrence. Inputs are projected before, those of all steps at once. */
import { addmm, matmul, relu, sigmoid, tanh, type Tensor } from '@retrograd/core';
import { partsOf } from '../parts.ts';

/** What a step reads beside its input and the state. */
export interface StepWeights {
  /** From the last output to the gates: the transpose of `weightHh`, [outputs, gates]. */
  readonly recurrent: Tensor;
  /** `biasHh` [gates], or null without; RNN and LSTM have it in the projected input already. */
  readonly bias: Tensor | null;
  /** The transpose of `weightHr` [hidden, outputs] of an LSTM with projection, else null. */
  readonly projection: Tensor | null;
}

/**
 * One step: from the projected inputs [N, gates] and the state after the last step to the state after this one. The
 * first tensor of a state is the output [N, outputs].
 */
export type Step = (projected: Tensor, state: readonly Tensor[], weights: StepWeights) => Tensor[];

/** A kind of recurrence. */
export interface Recurrence {
  /** How many rows of the weights go with each hidden unit. */
  readonly gates: number;
  /** How many tensors a state has. */
  readonly states: number;
  /** Whether `biasHh` may be added to the projected inputs, where it costs one addition for all steps. */
  readonly sumsBiases: boolean;
  readonly step: Step;
}

/** h ← f(projected + h·Whhᵀ). */
const elman = (f: (x: Tensor) => Tensor): Recurrence => ({
  gates: 1,
  states: 1,
  sumsBiases: true,
  step: (projected, [h], { recurrent }) => [f(addmm(projected, h, recurrent))],
});

/** What an RNN applies to its sums. */
export type RecurrentNonlinearity = 'tanh' | 'relu';

/** The recurrences of an RNN. */
export const elmanWith: Readonly<Record<RecurrentNonlinearity, Recurrence>> = {
  tanh: elman(tanh),
  relu: elman(relu),
};

/** i, f, g, o ← projected + h·Whhᵀ; c ← σ(f)·c + σ(i)·tanh(g); h ← σ(o)·tanh(c), times Whrᵀ if there is a projection. */
export const lstm: Recurrence = {
  gates: 4,
  states: 2,
  sumsBiases: true,
  step: (projected, [h, c], { recurrent, projection }) => {
    const sums = addmm(projected, h, recurrent);
    const [i, f, g, o] = partsOf(sums, 4, 1);
    const cell = sigmoid(f)
      .mul(c)
      .add(sigmoid(i).mul(tanh(g)));
    const output = sigmoid(o).mul(tanh(cell));
    return [projection === null ? output : matmul(output, projection), cell];
  },
};

/** r, z from the sums as in an LSTM; n ← tanh(projected + r·(h·Whhᵀ + bhh)); h ← n + z·(h − n). */
export const gru: Recurrence = {
  gates: 3,
  states: 1,
  sumsBiases: false,
  step: (projected, [h], { recurrent, bias }) => {
    const [ri, zi, ni] = partsOf(projected, 3, 1);
    const hidden = bias === null ? matmul(h, recurrent) : addmm(bias, h, recurrent);
    const [rh, zh, nh] = partsOf(hidden, 3, 1);
    const n = tanh(ni.add(sigmoid(ri.add(rh)).mul(nh)));
    return [n.add(sigmoid(zi.add(zh)).mul(h.sub(n)))];
  },
};
