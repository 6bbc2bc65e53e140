import { AutogradError, noGrad, type Tensor } from '@retrograd/core';
import { checkNumber } from '../checks.ts';
import { deepcopy } from '../copy.ts';
import { isModule, type Module } from '../module.ts';
import type { Parameter } from '../parameter.ts';
import type { Activity } from './activity.ts';
import { call, type InputOf, type OutputOf } from './call.ts';
import { flatten, type FlatTensor } from './flatParameters.ts';
import { accumulate, gradientOf } from './gradients.ts';
import { Recording } from './recording.ts';
import { share } from './sharing.ts';

const { sqrt } = Math;

/** A class of modules, or its name. */
export type ModuleType<M extends Module = Module> = string | (abstract new (...args: never[]) => M);

/**
 * A module with the verbs of Torch7's `nn.Module`: one layer at a time, forward and backward by hand, the backward pass in
 * two parts. Made by {@link layer}.
 *
 *     const linear = layer(new nn.Linear(2, 3));
 *     const output = linear.forward(input);
 *     const gradInput = linear.backward(input, gradOutput);
 *     linear.updateParameters(0.02);
 *
 * **Inputs and outputs** are tensors or tables (arrays) of them, to any depth. They are off the tape: what goes in is taken
 * as it is, without its history, and what comes out has none.
 *
 * **Several forwards in flight.** A layer keeps its last forward, and backward goes back through that one only. A layer
 * costs nothing but what it keeps, and parameters and gradients are the module's, so a pipeline makes one layer of the
 * same module for each micro-batch:
 *
 *     const flights = microBatches.map(() => layer(stage));
 *     flights.forEach((flight, i) => flight.forward(microBatches[i]));
 *     …
 *     flights[0].updateGradInput(microBatches[0], gradOutput); // needed upstream, at once
 *     flights[0].accGradParameters(microBatches[0], gradOutput); // whenever there is time
 *     flights[0].clearState(); // lets go of what its forward has saved
 *
 * (Torch7 would `clone('weight', 'bias', 'gradWeight', 'gradBias')`, which works too.)
 *
 * @typeParam M - The module's class.
 * @typeParam I - What its `forward` takes.
 * @typeParam O - What it returns.
 */
export class Layerwise<M extends Module = Module, I = InputOf<M>, O = OutputOf<M>> {
  /** The module itself, with its parameters and their `.grad`. */
  readonly module: M;
  /** What the last forward returned; null before it. */
  output: O | null = null;
  /** What the last updateGradInput returned; null before it. */
  gradInput: I | null = null;
  private recording: Recording | null = null;

  constructor(module: M) {
    if (!isModule(module))
      throw new TypeError(`layer: expected a module, got ${module === null ? 'null' : typeof module}`);
    this.module = module;
  }

  /**
   * The module's output for an input, which is kept for backward until the next forward or {@link clearState}. It is
   * recorded inside `noGrad` too. The module's hooks run. If the module throws, the last forward is kept.
   */
  forward(input: I): O {
    const recording = new Recording(this.name, (x) => call(this.module, x), input as Activity);
    this.recording = recording;
    this.gradInput = null;
    return (this.output = recording.output as O);
  }

  /** {@link forward}. */
  updateOutput(input: I): O {
    return this.forward(input);
  }

  /**
   * {@link updateGradInput}, then {@link accGradParameters}. A second backward after one forward adds the gradients of the
   * parameters a second time.
   *
   * @param input - The last forward's input.
   * @param gradOutput - The gradient of the loss with respect to the output, in the output's structure, shapes and dtypes.
   * @param scale - See {@link accGradParameters}.
   * @returns The gradient with respect to the input.
   */
  backward<X extends I>(input: X, gradOutput: O, scale = 1): X {
    checkNumber(`${this.name}.backward`, 'scale', scale);
    const gradInput = this.updateGradInput(input, gradOutput);
    this.accGradParameters(input, gradOutput, scale);
    return gradInput;
  }

  /**
   * The gradient with respect to the input, in exactly its structure, shapes and dtypes: zeros for tensors of integers
   * and bools, as in Torch7, and for those the output does not depend on. No gradient of a parameter is computed or
   * changed.
   *
   * @throws AutogradError before forward, or if the input is not the last forward's or was modified since.
   * @throws TypeError, ShapeError or DTypeError if the gradOutput is not like the output.
   */
  updateGradInput<X extends I>(input: X, gradOutput: O): X {
    const verb = 'updateGradInput';
    const gradInput = this.lastForward(verb).gradInput(verb, input, gradOutput);
    return (this.gradInput = gradInput as X);
  }

  /**
   * Adds scale · gradient to the gradient of every parameter that requires grad. The gradient with respect to the input
   * is not computed; and after {@link updateGradInput} with the same gradOutput, nothing it has computed is computed again.
   *
   * @throws As {@link updateGradInput}; no gradient is changed then.
   */
  accGradParameters(input: I, gradOutput: O, scale = 1): void {
    checkNumber(`${this.name}.accGradParameters`, 'scale', scale);
    for (const [parameter, gradient] of this.gradients('accGradParameters', input, gradOutput)) {
      accumulate(parameter, gradient, scale);
    }
  }

  /**
   * Subtracts learningRate · gradient from every parameter at once; the gradients it has accumulated stay as they are.
   *
   * @throws As {@link updateGradInput}; no parameter is changed then.
   */
  accUpdateGradParameters(input: I, gradOutput: O, learningRate: number): void {
    checkNumber(`${this.name}.accUpdateGradParameters`, 'learningRate', learningRate);
    const gradients = this.gradients('accUpdateGradParameters', input, gradOutput);
    noGrad(() => {
      for (const [parameter, gradient] of gradients) parameter.add_(gradient, { alpha: -learningRate });
    });
  }

  /** Fills the gradients of all parameters with zeros, in place. */
  zeroGradParameters(): void {
    noGrad(() => this.trained().forEach((parameter) => gradientOf(parameter).zero_()));
  }

  /** Subtracts learningRate · gradient from every parameter. */
  updateParameters(learningRate: number): void {
    checkNumber(`${this.name}.updateParameters`, 'learningRate', learningRate);
    noGrad(() => {
      for (const parameter of this.trained()) {
        if (parameter.grad !== null) parameter.add_(parameter.grad, { alpha: -learningRate });
      }
    });
  }

  /** The parameters that require grad, and their gradients: the tensors themselves, no copies. */
  parameters(): [Parameter[], Tensor[]] {
    const parameters = this.trained();
    return [parameters, parameters.map(gradientOf)];
  }

  /**
   * Two flat tensors, of all parameters that require grad and of their gradients, which share storage with the module's own
   * from then on: `x.add_(-learningRate, dx)` trains it. Optimizers made before go on working. To be called before
   * {@link clone} and {@link share}, and again after the module's `to(dtype)`. Gradients are to be zeroed with `dx.zero_()` or
   * {@link zeroGradParameters}.
   *
   * @throws DTypeError for parameters of several dtypes.
   */
  getParameters(): [FlatTensor, FlatTensor] {
    return flatten(this.trained());
  }

  /** Switches the module to training mode: its `train()`. */
  training(): this {
    this.module.train();
    return this;
  }

  /** Switches the module to evaluation mode: its `eval()`. */
  evaluate(): this {
    this.module.eval();
    return this;
  }

  /**
   * A layer of a copy of the module, with its parameters, gradients and buffers, that shares the fields named:
   * `clone('weight', 'bias', 'gradWeight', 'gradBias')`; see {@link share}. What forward keeps is not copied.
   */
  clone(...shared: string[]): Layerwise<M, I, O> {
    const copy = new Layerwise<M, I, O>(deepcopy(this.module));
    const originals = this.module.parameters();
    copy.module.parameters().forEach((parameter, i) => {
      parameter.grad = originals[i].grad?.detach().clone() ?? null;
    });
    return shared.length === 0 ? copy : copy.share(this, ...shared);
  }

  /**
   * Makes this module, and those below it, share fields with another of the same structure: `weight` shares the elements
   * of parameters of that name, `gradWeight` their gradients, the name of a buffer the buffer.
   *
   * @throws TypeError if the modules differ in structure; ShapeError or DTypeError if the fields do.
   */
  share(other: Module | { readonly module: Module }, ...names: string[]): this {
    share(this.module, isModule(other) ? other : other.module, names);
    return this;
  }

  /** The module and all modules below it, each once. */
  listModules(): Module[] {
    return this.module.modules();
  }

  /**
   * The modules of a class (or of its name), itself among them, and the modules that directly contain them, in the same
   * order.
   */
  findModules<F extends Module = Module>(type: ModuleType<F>): [F[], Module[]] {
    const [nodes, containers]: [F[], Module[]] = [[], []];
    const matches = (module: Module): module is F =>
      typeof type === 'string' ? module.constructor.name === type : module instanceof type;
    const seen = new Set<Module>();
    const visit = (module: Module, container: Module): void => {
      if (seen.has(module)) return;
      seen.add(module);
      if (matches(module)) {
        nodes.push(module);
        containers.push(container);
      }
      for (const child of module.children()) visit(child, module);
    };
    visit(this.module, this.module);
    return [nodes, containers];
  }

  /** Calls `fn` with the module, then with those below it: outer ones first, as in Torch7 (nn's `apply` goes inside out). */
  apply(fn: (module: Module) => void): this {
    this.module.modules().forEach(fn);
    return this;
  }

  /**
   * Draws the parameters anew: calls `resetParameters()` of every module that has one.
   *
   * @param stdv - Draws weights of two dims and more, and the biases beside them, uniform with this standard deviation.
   */
  reset(stdv?: number): this {
    if (stdv !== undefined) checkNumber(`${this.name}.reset`, 'stdv', stdv);
    for (const module of this.listModules()) {
      const { weight, resetParameters } = module as Module & {
        weight?: Parameter;
        resetParameters?: () => void;
      };
      if (typeof resetParameters !== 'function') continue;
      resetParameters.call(module);
      if (stdv === undefined || (weight?.ndim ?? 0) < 2) continue;
      const bound = stdv * sqrt(3);
      noGrad(() => module.parameters({ recurse: false }).forEach((each) => each.uniform_(-bound, bound)));
    }
    return this;
  }

  /** Forgets the last forward, `output` and `gradInput`, and the memory they hold. */
  clearState(): this {
    this.recording = this.output = this.gradInput = null;
    return this;
  }

  /** The module as it prints. */
  toString(): string {
    return this.module.toString();
  }

  private get name(): string {
    return this.module.constructor.name;
  }

  private trained(): Parameter[] {
    return this.module.parameters().filter(({ requiresGrad }) => requiresGrad);
  }

  private lastForward(verb: string): Recording {
    if (this.recording !== null) return this.recording;
    throw new AutogradError(
      `${this.name}.${verb}: backward before forward: there is no forward to go back through; call forward(input) first`,
    );
  }

  private gradients(verb: string, input: unknown, gradOutput: unknown): [Parameter, Tensor][] {
    const parameters = this.trained();
    const found = this.lastForward(verb).gradParameters(verb, input, gradOutput, parameters);
    return parameters.flatMap((parameter, i): [Parameter, Tensor][] => {
      const gradient = found[i];
      return gradient === null ? [] : [[parameter, gradient]];
    });
  }
}

/**
 * Gives a module Torch7's verbs: `forward`, `backward`, `updateGradInput`, `accGradParameters`, `updateParameters` and the
 * rest. See {@link Layerwise}.
 *
 * @throws TypeError for what is no module.
 */
export function layer<M extends Module>(module: M): Layerwise<M> {
  return new Layerwise(module);
}
