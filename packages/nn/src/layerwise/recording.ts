import { enableGrad, isFloating, zerosLike, type Tensor } from '@retrograd/core';
import { rebuilt, requireLike, tensorsOf, type Activity } from './activity.ts';
import { Snapshot } from './snapshot.ts';
import { inputPart, pulledBack, type Roots } from './tapeSplit.ts';

/** One forward on the tape, and what backward has found of it. */
export class Recording {
  /** What the forward returned, off the tape. */
  readonly output: Activity;
  private readonly name: string;
  private readonly given: Snapshot;
  /** For each input tensor what stood for it on the tape; null for one that has no gradient. */
  private readonly leaves: readonly (Tensor | null)[];
  private readonly outputs: readonly Tensor[];
  /** Where the parameters' part of a backward starts, for the last gradOutput. */
  private border: { readonly gradOutput: Snapshot; readonly roots: Roots } | null = null;

  /**
   * Runs a forward, recorded even inside `noGrad`.
   *
   * @param name - The module's, for errors.
   */
  constructor(name: string, forward: (input: Activity) => unknown, input: Activity) {
    this.name = name;
    this.given = new Snapshot(`${name}.forward`, 'the input', input);
    const { tensors } = this.given;
    this.leaves = tensors.map((x) => (isFloating(x.dtype) ? x.detach().requiresGrad_() : null));
    const taken = tensors.map((x, i) => this.leaves[i] ?? x.detach());
    const output = enableGrad(() => forward(rebuilt(input, taken)));
    this.outputs = tensorsOf(`${name}.forward`, 'the output', output);
    this.output = rebuilt(
      output as Activity,
      this.outputs.map((y) => y.detach()),
    );
  }

  /** The gradient of the input, in its structure: zeros for what has none. No parameter's is computed. */
  gradInput(verb: string, input: unknown, gradOutput: unknown): Activity {
    const roots = this.rootsFor(verb, input, gradOutput);
    const leaves = this.leaves.filter((leaf) => leaf !== null);
    const { gradients, border } = inputPart(roots, leaves);
    this.border = { gradOutput: new Snapshot(this.name, 'gradOutput', gradOutput), roots: border };
    const found = new Map(leaves.map((leaf, i) => [leaf, gradients[i]]));
    const { activity, tensors } = this.given;
    return rebuilt(
      activity,
      this.leaves.map((leaf, i) => (leaf && found.get(leaf))?.contiguous() ?? zerosLike(tensors[i])),
    );
  }

  /**
   * The gradients of parameters; null for one that was not used. The input's is not computed, nor is anything again that
   * {@link gradInput} has computed for the same gradOutput.
   */
  gradParameters(
    verb: string,
    input: unknown,
    gradOutput: unknown,
    parameters: readonly Tensor[],
  ): (Tensor | null)[] {
    const roots = this.rootsFor(verb, input, gradOutput);
    const { border } = this;
    const known = border?.gradOutput.holds(tensorsOf(this.name, 'gradOutput', gradOutput)) === true;
    return pulledBack(known ? border.roots : roots, parameters);
  }

  /** The outputs on the tape with their cotangents, after all checks. */
  private rootsFor(verb: string, input: unknown, gradOutput: unknown): Roots {
    const where = `${this.name}.${verb}`;
    this.given.require(where, 'input', input);
    requireLike({ where, what: 'gradOutputs', like: 'the output' }, gradOutput, this.output);
    const cotangents = tensorsOf(where, 'gradOutput', gradOutput);
    return this.outputs.flatMap((tensor, i) =>
      tensor.requiresGrad ? [{ tensor, cotangent: cotangents[i].detach() }] : [],
    );
  }
}
