/*
 * Full-backward hooks. A call of a module is laid between two gates on the tape, which pass values and cotangents on
 * as they are: the gate behind the outputs learns their gradients, the gate before the inputs learns theirs, and then
 * runs the hooks.
 */
import { autograd, isTensor, type FunctionContext, type Tensor } from '@retrograd/core';

/** One gradient per input or output of a call, in order; null for what is no tensor or has none. */
export type Gradients = readonly (Tensor | null)[];

/**
 * Is handed a module and the gradients of its inputs and outputs once they have been computed; may return other
 * gradients of the inputs to go on with.
 */
export type FullBackwardHook<M = object> = (
  module: M,
  gradInput: Gradients,
  gradOutput: Gradients,
) => Gradients | Tensor | void;

/** Is handed a module and the gradients of its outputs before it is walked; may return others to go on with. */
export type FullBackwardPreHook<M = object> = (module: M, gradOutput: Gradients) => Gradients | Tensor | void;

/** The hooks of one module. */
export interface BackwardHooks {
  readonly before: ReadonlySet<{ readonly hook: FullBackwardPreHook<never> }>;
  readonly after: ReadonlySet<{ readonly hook: FullBackwardHook<never> }>;
}

/** One call of a module whose backward pass is watched. */
export class WatchedCall {
  private readonly module: object;
  private readonly hooks: BackwardHooks;
  private inputCount = 0;
  private gatesInputs = false;
  private gradOutput: Gradients = [];

  constructor(module: object, hooks: BackwardHooks) {
    this.module = module;
    this.hooks = hooks;
  }

  /** The inputs behind a gate of their own; those that need no gradient as they are. */
  gateInputs(inputs: readonly unknown[]): unknown[] {
    this.inputCount = inputs.length;
    const places = placesOf(inputs);
    this.gatesInputs = places.length > 0;
    return this.gated(inputs, places, (gradients) => {
      const all = spread(gradients, places, inputs.length);
      return this.finish(all).filter((_, i) => places.includes(i));
    });
  }

  /** The output behind a gate: a tensor, or the tensors in an array or a plain object. */
  gateOutput(output: unknown): unknown {
    if (isTensor(output)) return this.gateOutputs([output])[0];
    if (Array.isArray(output)) return this.gateOutputs(output);
    if (!isPlain(output)) return output;
    const gated = this.gateOutputs(Object.values(output));
    return Object.fromEntries(Object.keys(output).map((key, i) => [key, gated[i]]));
  }

  private gateOutputs(outputs: readonly unknown[]): unknown[] {
    const places = placesOf(outputs);
    return this.gated(outputs, places, (gradients) => {
      let all: Gradients = spread(gradients, places, outputs.length);
      for (const { hook } of [...this.hooks.before]) {
        const replaced = (hook as FullBackwardPreHook)(this.module, all);
        if (replaced !== undefined) all = matched('grad_output', replaced, all.length);
      }
      this.gradOutput = all;
      // No input has a gradient: there is nothing else to wait for.
      if (!this.gatesInputs) this.finish(Array<null>(this.inputCount).fill(null));
      return all.filter((_, i) => places.includes(i));
    });
  }

  /** Runs the hooks, now that all gradients are known. */
  private finish(gradInput: Gradients): Gradients {
    let gradients = gradInput;
    for (const { hook } of [...this.hooks.after]) {
      const replaced = (hook as FullBackwardHook)(this.module, gradients, this.gradOutput);
      if (replaced !== undefined) gradients = matched('grad_input', replaced, gradients.length);
    }
    this.gradOutput = [];
    return gradients;
  }

  private gated(values: readonly unknown[], places: readonly number[], pass: Pass): unknown[] {
    if (places.length === 0) return [...values];
    const through = ModuleGate.apply(pass, ...places.map((i) => values[i] as Tensor));
    const gated = [...values];
    places.forEach((place, i) => (gated[place] = through[i]));
    return gated;
  }
}

type Pass = (gradients: readonly Tensor[]) => Gradients;

/** Passes tensors on, and their gradients through `pass`. */
class ModuleGate extends autograd.Function {
  static override forward(context: FunctionContext, pass: Pass, ...tensors: Tensor[]): readonly Tensor[] {
    context.pass = pass;
    return tensors.map((x) => x.detach());
  }

  static override backward(context: FunctionContext, ...gradients: Tensor[]): Gradients {
    return [null, ...(context.pass as Pass)(gradients)];
  }
}

/** Where in a list the tensors are that need a gradient. */
function placesOf(values: readonly unknown[]): number[] {
  return values.flatMap((value, i) => (isTensor(value) && value.requiresGrad ? [i] : []));
}

function spread(gradients: readonly Tensor[], places: readonly number[], length: number): (Tensor | null)[] {
  const all = Array<Tensor | null>(length).fill(null);
  places.forEach((place, i) => (all[place] = gradients[i]));
  return all;
}

function matched(name: string, replaced: Gradients | Tensor, length: number): Gradients {
  const list: Gradients = isTensor(replaced) ? [replaced] : replaced;
  if (list.length !== length) {
    throw new RangeError(
      `registerFullBackwardHook: Backward hook returned an invalid number of ${name}, got ${list.length}, but ` +
        `expected ${length}`,
    );
  }
  return list;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
