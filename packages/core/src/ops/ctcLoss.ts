/* Connectionist temporal classification: the likelihood of a label sequence, summed over all its alignments. */
import { full, tensor } from '../creation.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { add, div, neg } from './arithmetic.ts';
import { expand } from './broadcast.ts';
import { gt } from './compare.ts';
import { gather } from './gather.ts';
import { stack } from './join.ts';
import { pad } from './pad.ts';
import { checkTensor, toFloat } from './promote.ts';
import { reduceLoss, reductionOf, type LossOptions } from './reduction.ts';
import { select } from './slice.ts';
import { logSoftmax } from './softmax.ts';
import { logsumexp } from './statistics.ts';
import { reshape, unsqueeze } from './view.ts';
import { clampMin, where } from './where.ts';

const { max } = Math;
const { isInteger } = Number;

/** The logarithm of an impossible event's probability: finite, so that no gradient is ∞ − ∞. */
const NEVER = -1e30;

/** Options of {@link ctcLoss}. */
export interface CtcLossOptions extends LossOptions {
  /** The class of the blank label. Default 0. */
  readonly blank?: number;
  /** Count infinite losses (targets longer than their inputs allow) and their gradients as 0. Default false. */
  readonly zeroInfinity?: boolean;
}

/**
 * −log of the probability that frames of labels, with repetitions merged and blanks removed, spell the target
 * (torch.nn.functional.ctc_loss); the mean divides each loss by its target's length first. Graves et al., 2006.
 *
 * The frames are normalised by logSoftmax, which leaves log-probabilities as they are and gives the gradient PyTorch
 * gives.
 *
 * @param logProbs - [T, N, C] or [T, C]: log-probabilities of C classes at T times.
 * @param targets - Labels, int32: [N, S], or all sequences one after the other; never the blank.
 * @param inputLengths - How many frames count, for each of the N sequences.
 * @param targetLengths - The length of each target.
 * @throws ShapeError if shapes or lengths do not fit; RangeError for classes that are not there.
 */
export function ctcLoss(
  logProbs: Tensor,
  targets: Tensor,
  inputLengths: Tensor | number | readonly number[],
  targetLengths: Tensor | number | readonly number[],
  options: CtcLossOptions = {},
): Tensor {
  const { blank = 0, zeroInfinity = false } = options;
  const reduction = reductionOf('ctcLoss', options.reduction);
  const given = toFloat('ctcLoss', logProbs);
  if (given.ndim !== 2 && given.ndim !== 3) {
    throw new ShapeError(`ctcLoss: expected logProbs [T, N, C] or [T, C], got ${formatShape(given.shape)}`);
  }
  const batched = given.ndim === 3;
  const frames = logSoftmax(batched ? given : unsqueeze(given, 1), 2);
  const [time, batch, classes] = frames.shape;
  if (!isInteger(blank) || blank < 0 || blank >= classes) {
    throw new RangeError(`ctcLoss: blank must be in label range: 0 ≤ ${blank} < ${classes}`);
  }
  const lengths = lengthsOf('inputLengths', inputLengths, batch);
  const longest = max(0, ...lengths);
  if (longest > time) {
    throw new ShapeError(
      `ctcLoss: Expected input_lengths to have value at most ${time}, but got value ${longest}`,
    );
  }
  const sizes = lengthsOf('targetLengths', targetLengths, batch);
  const labels = sequences(targets, sizes, classes);
  const losses = alignments(frames, labels, lengths, blank);
  const infinite = gt(losses, -NEVER / 10);
  const counted = where(infinite, zeroInfinity ? 0 : Infinity, losses);
  const shaped = batched ? counted : reshape(counted, []);
  if (reduction !== 'mean') return reduceLoss(shaped, reduction);
  const divisors = tensor(sizes.map((n) => max(n, 1)), { dtype: frames.dtype }); // prettier-ignore
  return reduceLoss(div(counted, divisors), 'mean');
}

/**
 * The forward recursion over states: blank, first label, blank, second label, …, blank. A path stays, steps on, or
 * skips the blank between two different labels; it starts before the first frame in the first state.
 */
function alignments(
  frames: Tensor,
  labels: readonly (readonly number[])[],
  lengths: readonly number[],
  blank: number,
): Tensor {
  const [time, batch] = frames.shape;
  const { dtype } = frames;
  const states = 2 * max(0, ...labels.map(({ length }) => length)) + 1;
  const symbols = labels.map((row) =>
    Array.from({ length: states }, (_, s) => (s % 2 === 0 ? blank : (row[(s - 1) / 2] ?? blank))),
  );
  const skips = symbols.map((row) =>
    row.map((c, s) => (s >= 2 && c !== blank && c !== row[s - 2] ? 0 : NEVER)),
  );
  const skip = reshape(tensor(skips.flat(), { dtype }), [batch, states]);
  const index = reshape(tensor(symbols.flat(), { dtype: 'int32' }), [1, batch, states]);
  const emitted = clampMin(gather(frames, 2, expand(index, [time, batch, states])), NEVER);
  let paths = pad(full([batch, 1], 0, { dtype }), [0, states - 1], { value: NEVER });
  for (let t = 0; t < max(0, ...lengths); t++) {
    const step = pad(paths, [1, -1], { value: NEVER });
    const jump = add(pad(step, [1, -1], { value: NEVER }), skip);
    const next = add(logsumexp(stack([paths, step, jump]), 0), select(emitted, 0, t));
    const running = lengths.map((n) => n > t);
    paths = running.every(Boolean) ? next : where(unsqueeze(tensor(running), 1), next, paths);
  }
  // A path ends in the last blank or in the last label.
  const ends = labels.flatMap(({ length: n }) => [2 * n, max(2 * n - 1, 0)]);
  const allowed = labels.flatMap(({ length: n }) => [0, n === 0 ? NEVER : 0]);
  const finals = gather(paths, 1, reshape(tensor(ends, { dtype: 'int32' }), [batch, 2]));
  return neg(logsumexp(add(finals, reshape(tensor(allowed, { dtype }), [batch, 2])), 1));
}

function lengthsOf(name: string, lengths: Tensor | number | readonly number[], batch: number): number[] {
  const list = isTensor(lengths) ? numbers(lengths) : typeof lengths === 'number' ? [lengths] : [...lengths];
  if (list.length !== batch) {
    throw new ShapeError(`ctcLoss: ${name} must be of size batch_size (${batch}), got ${list.length}`);
  }
  if (!list.every((n) => isInteger(n) && n >= 0)) {
    throw new RangeError(`ctcLoss: ${name} must hold integers from 0, got ${formatShape(list)}`);
  }
  return list;
}

/** The label sequences, from rows or from one after the other. */
function sequences(targets: Tensor, sizes: readonly number[], classes: number): number[][] {
  checkTensor('ctcLoss', targets);
  if (targets.dtype !== 'int32' && targets.dtype !== 'uint8') {
    throw new DTypeError(`ctcLoss: targets must be int32, got ${targets.dtype}`);
  }
  const all = numbers(targets);
  const longest = max(0, ...sizes);
  const total = sizes.reduce((a, b) => a + b, 0);
  const rows = targets.ndim === 2;
  if (rows && (targets.shape[0] !== sizes.length || targets.shape[1] < longest)) {
    throw new ShapeError(
      `ctcLoss: Expected targets of size at least [${sizes.length}, ${longest}], got ${formatShape(targets.shape)}`,
    );
  }
  if (!rows && (targets.ndim !== 1 || all.length !== total)) {
    throw new ShapeError(
      `ctcLoss: Expected targets [N, S] or of as many elements as all target lengths (${total}), got ` +
        formatShape(targets.shape),
    );
  }
  let start = 0;
  return sizes.map((n, row) => {
    const from = rows ? row * targets.shape[1] : start;
    start += n;
    const labels = all.slice(from, from + n);
    const wrong = labels.find((c) => c < 0 || c >= classes);
    if (wrong !== undefined) {
      throw new RangeError(`ctcLoss: target ${wrong} is out of bounds: there are ${classes} classes`);
    }
    return labels;
  });
}

function numbers(x: Tensor): number[] {
  return reshape(x, [-1]).toArray() as number[];
}
