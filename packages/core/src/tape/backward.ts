import { clone } from '../ops/copy.ts';
import { AutogradError, DTypeError, ShapeError } from '../errors.ts';
import { formatShape, numelOf, sameShape } from '../shape.ts';
import { allocateTensor, isTensor, type Tensor } from '../tensor.ts';
import { entryOf, type Entry } from './entry.ts';
import { GradientStore } from './leaves.ts';
import { reachingEntries } from './reach.ts';
import { withRecording } from './recording.ts';
import { walk, type Root } from './walk.ts';

/** Options of {@link backward}. */
export interface BackwardOptions {
  /** Keep what the tape saved, so that it can be walked again. Default: `createGraph`. */
  readonly retainGraph?: boolean;
  /** Record the backward pass too, so that gradients can be differentiated. Default false. */
  readonly createGraph?: boolean;
  /** Fill the `.grad` of these tensors only. Default: of every leaf. */
  readonly inputs?: Tensor | readonly Tensor[];
}

/** Options of {@link grad}. */
export interface GradOptions {
  /** The cotangent of each output; ones for outputs with one element unless given. */
  readonly gradOutputs?: Tensor | null | readonly (Tensor | null)[];
  /** Keep what the tape saved, so that it can be walked again. Default: `createGraph`. */
  readonly retainGraph?: boolean;
  /** Record the backward pass too, so that the gradients can be differentiated. Default false. */
  readonly createGraph?: boolean;
  /** Return null instead of failing for an input the outputs do not depend on. Default: `materializeGrads`. */
  readonly allowUnused?: boolean;
  /** Return zeros for an input the outputs do not depend on. Default false. */
  readonly materializeGrads?: boolean;
}

/**
 * Computes the gradient of tensors with respect to the leaves they were made from, and adds it to each leaf's
 * `.grad` (torch.autograd.backward). `gradient` is the cotangent of each tensor: it may be left out for tensors with
 * one element. If a rule or a hook throws, every `.grad` is as it was before.
 *
 * @throws AutogradError if a tensor has no history, a cotangent is missing, or the graph was freed by an earlier pass.
 * @throws ShapeError if a cotangent's shape is not its tensor's.
 */
export function backward(
  tensors: Tensor | readonly Tensor[],
  gradient?: Tensor | null | readonly (Tensor | null)[],
  options: BackwardOptions = {},
): void {
  const { createGraph = false, retainGraph = createGraph } = options;
  const roots = rootsOf('backward', listOf(tensors), gradient);
  const targets = options.inputs === undefined ? null : listOf(options.inputs);
  if (targets?.length === 0) throw new AutogradError('backward: inputs argument to backward cannot be empty');
  const targetEntries = targets?.map((x) => requireEntry('backward: one of the inputs', x)) ?? null;
  const reaching = targetEntries && reachingEntries(roots, targetEntries);
  const store = new GradientStore(targets, createGraph);
  walk(roots, {
    retainGraph,
    createGraph,
    reaching,
    arrive: (pending, claims) => store.receive(pending, claims),
  });
  store.publish();
}

/** Computes one gradient: see the overload for several. */
export function grad(
  outputs: Tensor | readonly Tensor[],
  input: Tensor,
  options: GradOptions & { allowUnused: true; materializeGrads?: false },
): Tensor | null;
export function grad(outputs: Tensor | readonly Tensor[], input: Tensor, options?: GradOptions): Tensor;
/**
 * Computes and returns the sum of the gradients of outputs with respect to inputs, which may be any tensors on the
 * tape; no `.grad` is touched (torch.autograd.grad).
 *
 * @returns One gradient per input, in its shape; a single tensor if `inputs` is one.
 * @throws AutogradError if an input was not used (see `allowUnused`), has no history, or the graph was freed.
 * @throws ShapeError if a cotangent's shape is not its output's.
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions & { allowUnused: true; materializeGrads?: false },
): (Tensor | null)[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options?: GradOptions,
): Tensor[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): Tensor | null | (Tensor | null)[] {
  const { createGraph = false, retainGraph = createGraph, materializeGrads = false } = options;
  const { allowUnused = materializeGrads } = options;
  const targets = listOf(inputs);
  if (targets.length === 0) throw new AutogradError('grad: requires non-empty inputs');
  const roots = rootsOf('grad', listOf(outputs), options.gradOutputs);
  const entries = targets.map((x) => requireEntry('grad: one of the differentiated Tensors', x));
  const found = new Map<Entry, readonly (Tensor | null)[]>();
  const wanted = new Set(entries);
  walk(roots, {
    retainGraph,
    createGraph,
    reaching: reachingEntries(roots, entries),
    arrive: ({ entry, values }, claims) => {
      if (!wanted.has(entry)) return;
      values.forEach((g) => claims.expose(g));
      found.set(entry, [...values]);
    },
  });
  const given = new Set(roots.map((root) => root.cotangent.storage));
  const results = targets.map((x, i) => {
    const g = found.get(entries[i])?.[x.slot] ?? null;
    if (g !== null) {
      // Nobody else's buffer is handed out: neither a seed's nor another result's.
      if (!given.has(g.storage)) return (given.add(g.storage), g);
      return withRecording(createGraph, () => clone(g));
    }
    if (materializeGrads) return allocateTensor(x.shape, x.dtype);
    if (allowUnused) return null;
    throw new AutogradError(
      `grad: one of the differentiated Tensors appears to not have been used in the graph (input ${i} of shape ` +
        `${formatShape(x.shape)}). Set allowUnused: true if this is the desired behavior`,
    );
  });
  return isTensor(inputs) ? results[0] : results;
}

function listOf(tensors: Tensor | readonly Tensor[]): readonly Tensor[] {
  return isTensor(tensors) ? [tensors] : tensors;
}

function requireEntry(what: string, x: Tensor): Entry {
  const entry = entryOf(x);
  if (entry === null) throw new AutogradError(`${what} does not require grad`);
  return entry;
}

/** Checks each tensor and its seed before anything runs. */
function rootsOf(
  name: string,
  tensors: readonly Tensor[],
  seeds: Tensor | null | undefined | readonly (Tensor | null)[],
): Root[] {
  const list = seeds === undefined || seeds === null || isTensor(seeds) ? [seeds ?? null] : seeds;
  if (seeds !== undefined && seeds !== null && list.length !== tensors.length) {
    throw new AutogradError(`${name}: got ${tensors.length} tensors and ${list.length} gradients`);
  }
  if (tensors.length === 0) throw new AutogradError(`${name}: requires at least one tensor`);
  return tensors.map((x, i) => {
    const entry = entryOf(x);
    if (entry === null) {
      throw new AutogradError(
        `${name}: element ${i} of tensors does not require grad and does not have a grad_fn`,
      );
    }
    return { entry, slot: x.slot, cotangent: seedOf(name, x, list[i] ?? null, i) };
  });
}

function seedOf(name: string, x: Tensor, seed: Tensor | null, i: number): Tensor {
  if (seed === null) {
    if (numelOf(x.shape) !== 1) {
      throw new AutogradError(
        `${name}: grad can be implicitly created only for scalar outputs, not for one of shape ${formatShape(x.shape)}`,
      );
    }
    const one = allocateTensor(x.shape, x.dtype);
    one.storage.array[0] = 1;
    return one;
  }
  if (!isTensor(seed)) throw new AutogradError(`${name}: gradients can be either Tensors or null`);
  if (!sameShape(seed.shape, x.shape)) {
    throw new ShapeError(
      `${name}: Mismatch in shape: grad_output[${i}] has a shape of ${formatShape(seed.shape)} and output[${i}] has ` +
        `a shape of ${formatShape(x.shape)}`,
    );
  }
  if (seed.dtype !== x.dtype) {
    throw new DTypeError(
      `${name}: grad_output[${i}] has dtype ${seed.dtype} and output[${i}] has dtype ${x.dtype}`,
    );
  }
  return seed;
}
