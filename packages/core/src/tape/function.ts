import { AutogradError } from '../errors.ts';
import { allocateTensor, isTensor, type Tensor } from '../tensor.ts';
import { Entry, entryOf, type Cotangents, type Pullback, type TensorSpec } from './entry.ts';
import { isGradEnabled, noGrad, withRecording } from './recording.ts';
import { saveTensor } from './saved.ts';

type Outputs = Tensor | readonly Tensor[];
type Gradient = Tensor | null;

/** The tape's side of a context, for {@link onceDifferentiable}. */
let stateOf: (context: FunctionContext) => CallState;

/** What `forward` leaves for `backward`. Anything that is no tensor may simply be assigned to a property. */
export class FunctionContext {
  [property: string]: unknown;

  /** For each argument of `apply`, whether backward has to return its gradient. */
  readonly needsInputGrad: readonly boolean[];
  /** The tape's side of the context; see {@link CallState}. */
  readonly #state: CallState;

  static {
    stateOf = (context) => context.#state;
  }

  constructor(needsInputGrad: readonly boolean[], state: CallState) {
    this.needsInputGrad = needsInputGrad;
    this.#state = state;
  }

  /** Keeps inputs or outputs (or null) for backward; the tape notices when one of them is modified in between. */
  saveForBackward(...tensors: (Tensor | null)[]): void {
    this.#state.toSave = tensors;
  }

  /**
   * What {@link saveForBackward} kept.
   *
   * @throws AutogradError if one was modified in place since.
   */
  get savedTensors(): (Tensor | null)[] {
    const { entry, toSave, savedCount, name } = this.#state;
    if (entry === null) return [...toSave];
    if (entry.released) return [];
    return Array.from({ length: savedCount }, (_, i) => entry.savedAt(i)?.get(name) ?? null);
  }

  /** Says that these outputs have no gradient. */
  markNonDifferentiable(...outputs: Tensor[]): void {
    for (const output of outputs) this.#state.nonDifferentiable.add(output);
  }

  /** Whether backward gets zeros (the default) or null for an output to which no gradient has come. */
  setMaterializeGrads(value: boolean): void {
    this.#state.materialize = value;
  }
}

/** One call of a custom function, from the tape's side. */
interface CallState {
  readonly name: string;
  entry: Entry | null;
  toSave: readonly (Tensor | null)[];
  savedCount: number;
  readonly nonDifferentiable: Set<Tensor>;
  materialize: boolean;
}

/** The static side of a custom function. */
interface FunctionClass<A extends unknown[], R extends Outputs> {
  readonly name: string;
  forward(context: FunctionContext, ...args: A): R;
  backward(context: FunctionContext, ...gradients: Tensor[]): unknown;
}

/**
 * A differentiable function with a backward of one's own (torch.autograd.Function):
 *
 * ```ts
 * class Cube extends autograd.Function {
 *   static override forward(ctx: FunctionContext, x: Tensor): Tensor {
 *     ctx.saveForBackward(x);
 *     return x.mul(x).mul(x);
 *   }
 *   static override backward(ctx: FunctionContext, g: Tensor): Tensor {
 *     const [x] = ctx.savedTensors;
 *     return g.mul(x.mul(x).mul(3));
 *   }
 * }
 * const y = Cube.apply(x);
 * ```
 *
 * `forward` runs unrecorded. `backward` gets one cotangent per output and returns one gradient per argument of
 * `apply`, null for those that are no tensors. If it uses ops, it can itself be differentiated.
 */

export class Function {
  static forward(_context: FunctionContext, ..._args: never[]): Outputs {
    throw new AutogradError(`${this.name}: a custom Function must implement a static forward method`);
  }

  static backward(_context: FunctionContext, ..._gradients: never[]): unknown {
    throw new AutogradError(`${this.name}: a custom Function must implement a static backward method`);
  }

  /** Runs `forward` on the arguments and, if a tensor among them requires grad, records the call. */
  static apply<A extends unknown[], R extends Outputs>(this: FunctionClass<A, R>, ...args: A): R {
    const recording = isGradEnabled();
    const parents = args.map((arg) => (recording && isTensor(arg) ? entryOf(arg) : null));
    const state: CallState = {
      name: this.name,
      entry: null,
      toSave: [],
      savedCount: 0,
      nonDifferentiable: new Set(),
      materialize: true,
    };
    const context = new FunctionContext(
      parents.map((parent) => parent !== null),
      state,
    );
    const result = noGrad(() => this.forward(context, ...args));
    if (parents.every((parent) => parent === null)) return result;
    const single = isTensor(result);
    const raw: readonly unknown[] = single ? [result] : result;
    if (raw.length === 0) return result;
    const outputs = raw.map((out) => {
      if (!isTensor(out))
        throw new AutogradError(`${this.name}: forward must return a Tensor or an array of Tensors`);
      // What the function passes through untouched must not lose its own history.
      return args.includes(out) || out.requiresGrad ? out.detach() : out;
    });
    const entry = Entry.of(
      new CustomPullback(this, context, state),
      context,
      parents,
      args.map((arg) => (isTensor(arg) ? arg.slot : 0)),
      outputs.map(specOf),
    );
    outputs.forEach((out, slot) => {
      const original = raw[slot] as Tensor;
      if (state.nonDifferentiable.has(original) || !out.dtype.startsWith('float')) return;
      out.entry = entry;
      out.slot = slot;
    });
    state.toSave.forEach((x, i) => {
      if (x !== null) entry.saved = saveTensor(x, i, entry.saved);
    });
    state.savedCount = state.toSave.length;
    state.toSave = [];
    state.entry = entry;
    return (single ? outputs[0] : outputs) as R;
  }
}

function specOf({ shape, dtype }: Tensor): TensorSpec {
  return { shape, dtype };
}

/** Calls a custom function's backward and checks what it returns; shapes and dtypes are checked by the walk. */
class CustomPullback implements Pullback {
  readonly name: string;
  readonly broadcasts = false;
  readonly isView = false;
  readonly discreet = false;
  private readonly fn: Pick<FunctionClass<never[], Outputs>, 'backward'>;
  private readonly context: FunctionContext;
  private readonly state: CallState;

  constructor(
    fn: Pick<FunctionClass<never[], Outputs>, 'name' | 'backward'>,
    context: FunctionContext,
    state: CallState,
  ) {
    this.name = fn.name;
    this.fn = fn;
    this.context = context;
    this.state = state;
  }

  pullback(entry: Entry, cotangents: Cotangents): Cotangents {
    const { materialize } = this.state;
    const given = cotangents.map((g, slot) => {
      if (g !== null || !materialize) return g;
      const { shape, dtype } = entry.output(slot);
      return allocateTensor(shape, dtype);
    });
    const returned = this.fn.backward(this.context, ...(given as Tensor[]));
    const gradients: unknown[] = Array.isArray(returned) ? returned : [returned];
    const n = entry.inputCount;
    if (gradients.length < n || gradients.slice(n).some((g) => g !== null && g !== undefined)) {
      throw new AutogradError(
        `${this.name}: backward returned an incorrect number of gradients (expected ${n}, got ${gradients.length})`,
      );
    }
    return entry.parents.map((parent, i) => this.checked(gradients[i], i, parent));
  }

  private checked(g: unknown, i: number, parent: Entry | null): Gradient {
    if (g === null || g === undefined) return null;
    if (!isTensor(g)) {
      throw new AutogradError(
        `${this.name}: backward returned ${typeof g} for gradient ${i}; expected a Tensor or null`,
      );
    }
    // A gradient nobody needs is dropped, as in PyTorch, whatever its argument was.
    return parent === null ? null : g;
  }
}

const onceOnly: Pullback = {
  name: 'onceDifferentiable',
  broadcasts: false,
  isView: false,
  discreet: false,
  pullback: () => {
    throw new AutogradError(
      'trying to differentiate twice a function that was marked with onceDifferentiable',
    );
  },
};

/**
 * Marks a custom function's backward as one that cannot be differentiated: it runs unrecorded, and differentiating
 * its results is an error instead of a silently wrong zero (torch.autograd.function.once_differentiable).
 *
 * ```ts
 * static override backward = onceDifferentiable((ctx, g) => …);
 * ```
 */
export function onceDifferentiable<G extends Tensor[], R extends Gradient | readonly Gradient[]>(
  backward: (context: FunctionContext, ...gradients: G) => R,
): (context: FunctionContext, ...gradients: G) => R {
  return (context, ...gradients) => {
    const results = withRecording(false, () => backward(context, ...gradients));
    if (!isGradEnabled()) return results;
    const { entry } = stateOf(context);
    const parents = [...gradients.map(entryOf), ...(entry?.parents ?? [])];
    const slots = [...gradients.map(({ slot }) => slot), ...(entry?.parentSlots ?? [])];
    const poison = (g: Gradient): Gradient => {
      if (g === null) return null;
      const out = g.detach();
      out.entry = Entry.of(onceOnly, null, parents, slots, [specOf(g)]);
      return out;
    };
    return (isTensor(results) || results === null ? poison(results) : results.map(poison)) as R;
  };
}
