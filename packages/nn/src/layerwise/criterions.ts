/* Torch7's criterions: losses with a backward of their own. Class labels are counted from 0. */
import {
  AutogradError, binaryCrossEntropy, crossEntropy, isTensor, l1Loss, mseLoss, nllLoss, onesLike, ShapeError, smoothL1Loss, tensor, type Tensor,
} from '@retrograd/core'; // prettier-ignore
import { checkFlag, checkInteger, checkOptions } from '../checks.ts';
import { describe, type Activity } from './activity.ts';
import { Recording } from './recording.ts';
import { Snapshot } from './snapshot.ts';

/**
 * A loss under the layerwise protocol (nn.Criterion of Torch7).
 *
 *     const criterion = new MSECriterion();
 *     const loss = criterion.forward(output, target);
 *     model.backward(input, criterion.backward(output, target));
 *
 * @typeParam I - What it takes as input.
 * @typeParam T - What it takes as target.
 */
export abstract class Criterion<I extends Activity = Tensor, T = Tensor> {
  /** The last forward's loss. */
  output = 0;
  /** What the last backward returned; null before it. */
  gradInput: I | null = null;
  private recording: Recording | null = null;
  private target: Target | null = null;

  /** The loss as a tensor [], on the tape if the input is: what {@link forward} computes. */
  abstract loss(input: I, target: T): Tensor;

  /** The loss of an input and a target. */
  forward(input: I, target: T): number {
    const { name } = this.constructor;
    const recorded = targetOf(name, target);
    const recording = new Recording(name, (x) => this.loss(x as I, target), input);
    this.recording = recording;
    this.target = recorded;
    this.gradInput = null;
    return (this.output = (recording.output as Tensor).item());
  }

  /** {@link forward}. */
  updateOutput(input: I, target: T): number {
    return this.forward(input, target);
  }

  /**
   * The gradient of the loss with respect to the input, in exactly its structure.
   *
   * @throws AutogradError before forward, or if input or target are not the last forward's or were modified since.
   */
  backward(input: I, target: T): I {
    const { name } = this.constructor;
    const { recording } = this;
    if (recording === null || this.target === null) {
      throw new AutogradError(
        `${name}.backward: backward before forward: there is no forward to go back through; call ` +
          `forward(input, target) first`,
      );
    }
    requireTarget(`${name}.backward`, this.target, targetOf(name, target));
    const gradInput = recording.gradInput('backward', input, onesLike(recording.output as Tensor));
    return (this.gradInput = gradInput as I);
  }

  /** {@link backward}. */
  updateGradInput(input: I, target: T): I {
    return this.backward(input, target);
  }

  /** Forgets the last forward, and the memory it holds. */
  clearState(): this {
    this.recording = this.target = this.gradInput = null;
    return this;
  }
}

/** The option of criterions that average. */
export interface CriterionOptions {
  /** Whether the loss is the mean over the elements, or over the samples for class labels; else the sum. Default true. */
  readonly sizeAverage?: boolean;
}

/** Options of criterions with weights. */
export interface WeightedCriterionOptions extends CriterionOptions {
  /** How much each class, or for {@link BCECriterion} each element, counts. Default 1. */
  readonly weights?: Tensor | null;
}

/** What the elementary criterions share: whether they average, which may be changed. */
abstract class Averaging<T = Tensor> extends Criterion<Tensor, T> {
  /** Whether the loss is a mean; else a sum. */
  sizeAverage: boolean;

  constructor(options: CriterionOptions = {}) {
    super();
    const { name } = this.constructor;
    checkOptions(name, options);
    this.sizeAverage = options.sizeAverage ?? true;
    checkFlag(name, 'sizeAverage', this.sizeAverage);
  }

  protected get reduction(): 'mean' | 'sum' {
    return this.sizeAverage ? 'mean' : 'sum';
  }
}

/** What criterions of one element with one share: unlike the losses they are made of, they do not broadcast. */
abstract class Elementwise extends Averaging {
  /** @throws ShapeError unless the shapes are the same but for dims of 1: an output [n, 1] may have the target [n]. */
  loss(input: Tensor, target: Tensor): Tensor {
    if (!isTensor(target) || target.shape.join() === input.shape.join()) return this.compare(input, target);
    const extents = [input, target].map(({ shape }) => shape.filter((n) => n !== 1).join());
    if (extents[0] !== extents[1]) {
      throw new ShapeError(
        `${this.constructor.name}: input and target must have the same shape: ${describe(input)} and ${describe(target)}`,
      );
    }
    return this.compare(input, target.reshape(input.shape));
  }

  protected abstract compare(input: Tensor, target: Tensor): Tensor;
}

/** (input − target)² (nn.MSECriterion of Torch7). */
export class MSECriterion extends Elementwise {
  protected compare(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, { reduction: this.reduction });
  }
}

/** |input − target| (nn.AbsCriterion of Torch7). */
export class AbsCriterion extends Elementwise {
  protected compare(input: Tensor, target: Tensor): Tensor {
    return l1Loss(input, target, { reduction: this.reduction });
  }
}

/** ½d² where |d| = |input − target| < 1, |d| − ½ elsewhere (nn.SmoothL1Criterion of Torch7). */
export class SmoothL1Criterion extends Elementwise {
  protected compare(input: Tensor, target: Tensor): Tensor {
    return smoothL1Loss(input, target, { reduction: this.reduction });
  }
}

/** What criterions with weights share. */
abstract class Weighted<T = Tensor> extends Averaging<T> {
  readonly weights: Tensor | null;

  constructor(options: WeightedCriterionOptions = {}) {
    super(options);
    this.weights = options.weights ?? null;
  }
}

/**
 * −(t·log x + (1 − t)·log(1 − x)) for x and t in [0, 1], logarithms no less than −100 (nn.BCECriterion of Torch7, which
 * adds 10⁻¹² to their arguments instead).
 */
export class BCECriterion extends Weighted {
  loss(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropy(input, target, { weight: this.weights, reduction: this.reduction });
  }
}

/** What criterions of class labels share. */
abstract class Labelled extends Weighted<Tensor | number> {
  /** The labels as a tensor [n], or [] for one sample, whose label may also come as a number or a tensor [1]. */
  protected labels(input: Tensor, target: Tensor | number): Tensor {
    if (isTensor(target)) return input.ndim === 1 && target.numel() === 1 ? target.reshape([]) : target;
    for (const each of [target].flat()) checkInteger(this.constructor.name, 'target', each);
    return tensor(target, { dtype: 'int32' });
  }
}

/**
 * −weights[target] · input[target] of log-probabilities [n, classes], or [classes] of one sample, whose target may be a
 * number (nn.ClassNLLCriterion of Torch7). Labels are counted from 0; the mean is weighted.
 */
export class ClassNLLCriterion extends Labelled {
  loss(input: Tensor, target: Tensor | number): Tensor {
    return nllLoss(input, this.labels(input, target), { weight: this.weights, reduction: this.reduction });
  }
}

/** {@link ClassNLLCriterion} of the log-softmax of scores (nn.CrossEntropyCriterion of Torch7). */
export class CrossEntropyCriterion extends Labelled {
  loss(input: Tensor, target: Tensor | number): Tensor {
    return crossEntropy(input, this.labels(input, target), {
      weight: this.weights,
      reduction: this.reduction,
    });
  }
}

/** What a forward was given as its target: tensors, and class labels as numbers, in tables or alone. */
interface Target {
  readonly tensors: readonly Tensor[];
  readonly snapshot: Snapshot;
  readonly others: readonly unknown[];
}

function targetOf(name: string, target: unknown): Target {
  const leaves: unknown[] = [target].flat(Infinity);
  const tensors = leaves.filter(isTensor);
  const others = leaves.filter((leaf) => !isTensor(leaf));
  return { tensors, snapshot: new Snapshot(name, 'target', tensors), others };
}

function requireTarget(where: string, before: Target, now: Target): void {
  const same =
    before.others.length === now.others.length && before.others.every((x, i) => Object.is(x, now.others[i]));
  if (!same) {
    throw new AutogradError(
      `${where}: the target is not the one of the last forward: ${now.others.join(', ')} where ${before.others.join(', ')} was`,
    );
  }
  before.snapshot.require(where, 'target', now.tensors);
}
