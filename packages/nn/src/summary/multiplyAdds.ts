/* How many multiplications with an addition a layer makes in one call. */
import { isTensor, type Tensor } from '@retrograd/core';
import { MultiheadAttention } from '../layers/attention.ts';
import { Convolution } from '../layers/convolution.ts';
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from '../layers/convTranspose.ts';
import { Bilinear, Linear } from '../layers/linear.ts';
import { GRUCell, LSTMCell, RNNCell } from '../layers/recurrent/cells.ts';
import { Recurrent } from '../layers/recurrent/recurrent.ts';
import type { Module } from '../module.ts';

/**
 * The multiply-adds of one call, by the kind of layer; 0 for all others. Biases, activations and normalisation are not
 * counted. |x| is the number of elements.
 *
 * | layer | multiply-adds |
 * | --- | --- |
 * | Linear | \|y\|·inFeatures |
 * | Bilinear | \|y\|·in1Features·(in2Features + 1) |
 * | Conv1d … 3d | \|y\|·(inChannels / groups)·kernel elements |
 * | ConvTranspose1d … 3d | \|x\|·(outChannels / groups)·kernel elements |
 * | RNN, LSTM, GRU and their cells | steps·N·elements of all weight matrices |
 * | MultiheadAttention | its three projections, and 2·N·L·S·embedDim; its output projection is a Linear of its own |
 */
export function multiplyAdds(module: Module, inputs: readonly unknown[], output: unknown): number {
  const [input] = inputs;
  if (!isTensor(input)) return 0;
  const out = isTensor(output) ? output.numel() : 0;
  if (module instanceof Linear) return out * module.inFeatures;
  if (module instanceof Bilinear) return out * module.in1Features * (module.in2Features + 1);
  if (module instanceof Convolution) {
    const { weight, inChannels, outChannels, groups } = module;
    const kernel = weight.shape.slice(2).reduce((a, b) => a * b, 1);
    const transposed = TRANSPOSED.some((kind) => module instanceof kind);
    return transposed
      ? input.numel() * (outChannels / groups) * kernel
      : out * (inChannels / groups) * kernel;
  }
  if (RECURRENT.some((kind) => module instanceof kind)) return rowsOf(input) * matrixElements(module);
  if (module instanceof MultiheadAttention) return attention(module, inputs.filter(isTensor));
  return 0;
}

const TRANSPOSED = [ConvTranspose1d, ConvTranspose2d, ConvTranspose3d];
const RECURRENT = [Recurrent, RNNCell, LSTMCell, GRUCell];

function attention(module: MultiheadAttention, [query, key, value]: readonly Tensor[]): number {
  const { embedDim, kdim, vdim, batchFirst } = module;
  const projections = rowsOf(query) * embedDim + rowsOf(key) * kdim + rowsOf(value) * vdim;
  const keys = key.shape[key.ndim === 3 && batchFirst ? 1 : 0];
  return projections * embedDim + 2 * rowsOf(query) * keys * embedDim;
}

/** How many vectors there are along the last dim. */
function rowsOf(x: Tensor): number {
  return x.numel() === 0 ? 0 : x.numel() / x.shape[x.ndim - 1];
}

function matrixElements(module: Module): number {
  const matrices = module.parameters({ recurse: false }).filter(({ ndim }) => ndim === 2);
  return matrices.reduce((total, p) => total + p.numel(), 0);
}
