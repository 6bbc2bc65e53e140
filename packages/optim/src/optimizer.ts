import { enableGrad, isTensor, noGrad, type Tensor } from '@retrograd/core';
import { isIterable } from './checks.ts';

/** Parameters that are trained with the same options; the options may be changed between steps. */
export type ParamGroup<O extends object> = O & {
  /** The tensors this group trains. */
  params: Tensor[];
};

/** A group as it is given to an optimizer: options left out are the optimizer's own. */
export type ParamGroupInit<O extends object> = Partial<O> & {
  /** The tensors to train, or one of them. */
  readonly params: Tensor | Iterable<Tensor>;
};

/** What optimizers are made for: tensors, or groups of tensors with options of their own. */
export type Params<O extends object> = Iterable<Tensor> | Iterable<ParamGroupInit<O>>;

/** What an optimizer needs to go on from where it was; see {@link Optimizer.stateDict}. */
export interface OptimizerStateDict<O extends object, S extends object> {
  /** By the parameter's number, counted through all groups. */
  state: Record<number, S>;
  /** Each group's options, and the numbers of its parameters. */
  paramGroups: (O & { params: number[] })[];
}

/** Options of {@link Optimizer.zeroGrad}. */
export interface ZeroGradOptions {
  /** Forget the gradients (the default) instead of filling them with zeros. */
  readonly setToNull?: boolean;
}

/**
 * What all optimizers share (torch.optim.Optimizer): groups of parameters, the state kept for each parameter, and the
 * loop over both. A new optimizer says how one parameter is updated:
 *
 *     class SignSGD extends Optimizer<{ lr: number }> {
 *       constructor(params: Params<{ lr: number }>, { lr = 1e-3 } = {}) {
 *         super(params, { lr });
 *       }
 *       protected update(param: Tensor, grad: Tensor, { lr }: { lr: number }): void {
 *         param.sub_(grad.sign().mul(lr));
 *       }
 *     }
 *
 * @typeParam O - The options of a group.
 * @typeParam S - What is remembered of a parameter from step to step.
 */
export abstract class Optimizer<O extends object, S extends object = Record<never, never>> {
  /** The groups. Options are read at every step: `optimizer.paramGroups[0].lr = 0.01` takes effect at the next. */
  readonly paramGroups: ParamGroup<O>[] = [];
  /** What is remembered of each parameter that has been updated so far. */
  readonly state: Map<Tensor, S> = new Map();
  /** The options of groups that give none of their own. */
  readonly defaults: Readonly<O>;
  /** Whether {@link update} keeps no reference to the gradients it is given: their arrays may then be used again. */
  protected readonly borrowsGradients: boolean = false;
  /** How often {@link step} has been called; schedulers use it to notice that they go first. */
  stepCount: number = 0;

  /**
   * @param params - The tensors to train, or groups of them.
   * @param defaults - The options of every group, where it does not give its own.
   * @throws TypeError for anything but leaf tensors; RangeError for no parameters at all or invalid options.
   */
  constructor(params: Params<O>, defaults: O) {
    this.defaults = defaults;
    this.validate(defaults);
    if (isTensor(params) || !isIterable(params)) {
      throw this.typeError(
        `params argument given to the optimizer should be an iterable of Tensors or groups, but got ${describe(params)}`,
      );
    }
    const items: readonly (Tensor | ParamGroupInit<O>)[] = [...params];
    if (items.length === 0) throw this.rangeError('optimizer got an empty parameter list');
    if (isGroup(items[0])) {
      for (const group of items as readonly ParamGroupInit<O>[]) this.addParamGroup(group);
    } else {
      this.addGroup(items as readonly Tensor[], {});
    }
  }

  /** Updates one parameter in place from its gradient. Called without recording, for parameters that have a gradient. */
  protected abstract update(param: Tensor, grad: Tensor, group: ParamGroup<O>): void;

  /** What is remembered of a parameter, made the first time it is asked for. */
  protected stateOf(param: Tensor, create: () => S): S {
    let state = this.state.get(param);
    if (state === undefined) this.state.set(param, (state = create()));
    return state;
  }

  /** The shape and dtype of the tensors that are remembered of a parameter: its own. */
  protected stateLayout(param: Tensor): Pick<Tensor, 'shape' | 'dtype'> {
    return param;
  }

  /** Throws a RangeError for options that make no sense. */
  protected validate(_options: Readonly<O>): void {}

  /**
   * Updates every parameter that has a gradient; the others are left alone.
   *
   * @param closure - Evaluates the model anew and returns the loss; run first, with recording on.
   * @returns What the closure returned.
   */
  step(): undefined;
  step<T>(closure: () => T): T;
  step<T>(closure?: () => T): T | undefined {
    const loss = closure === undefined ? undefined : enableGrad(closure);
    noGrad(() => {
      for (const group of this.paramGroups) {
        for (const param of group.params) {
          const grad = this.borrowsGradients ? param.accumulated : param.grad;
          if (grad !== null) this.update(param, grad, group);
        }
      }
    });
    this.stepCount++;
    return loss;
  }

  /** Forgets the gradients of all parameters, or fills them with zeros (torch.optim.Optimizer.zero_grad). */
  zeroGrad({ setToNull = true }: ZeroGradOptions = {}): void {
    for (const { params } of this.paramGroups) {
      for (const param of params) {
        if (setToNull) {
          param.grad = null;
          continue;
        }
        const { grad } = param;
        if (grad !== null) param.grad = (grad.requiresGrad ? grad.detach() : grad).zero_();
      }
    }
  }

  /**
   * Adds a group of parameters to train, for instance layers that thaw during training.
   *
   * @throws TypeError or RangeError, with nothing changed, for anything but leaf tensors that no group holds yet.
   */
  addParamGroup(init: ParamGroupInit<O>): void {
    if (!isGroup(init))
      throw this.typeError(`param group must be an object with params, but got ${describe(init)}`);
    this.addGroup(isTensor(init.params) ? [init.params] : [...init.params], init);
  }

  private addGroup(params: readonly Tensor[], options: object): void {
    for (const param of params) {
      if (!isTensor(param)) {
        throw this.typeError(
          `optimizer can only optimize Tensors, but one of the params is ${describe(param)}`,
        );
      }
      if (!param.isLeaf) throw this.rangeError("can't optimize a non-leaf Tensor");
    }
    const held = new Set(this.paramGroups.flatMap((group) => group.params));
    if (params.some((param) => held.has(param))) {
      throw this.rangeError('some parameters appear in more than one parameter group');
    }
    if (new Set(params).size !== params.length) {
      throw this.rangeError('a parameter group contains duplicate parameters');
    }
    const group: ParamGroup<O> = { ...this.defaults, ...options, params: [...params] };
    this.validate(group);
    this.paramGroups.push(group);
  }

  /**
   * What is remembered and the options, in PyTorch's structure with names in camelCase:
   *
   *     { state: { 0: { step: 7, expAvg: …, expAvgSq: … }, … }, paramGroups: [{ lr: 0.001, …, params: [0, 1] }] }
   *
   * Numbers stand for the parameters, counted through all groups. The state in it is the live one, not a copy: it
   * changes with the next step (as in PyTorch).
   */
  stateDict(): OptimizerStateDict<O, S> {
    const state: Record<number, S> = {};
    let count = 0;
    const paramGroups = this.paramGroups.map((group) => {
      const params = group.params.map((param) => {
        const kept = this.state.get(param);
        if (kept !== undefined) state[count] = kept;
        return count++;
      });
      return { ...group, params };
    });
    return { state, paramGroups };
  }

  /**
   * Takes over a state and options that {@link stateDict} of an optimizer over parameters of the same shapes, in the
   * same order, has returned. Tensors in it are copied, and converted to their parameter's dtype.
   *
   * @throws RangeError, with nothing changed, if groups, options or shapes do not match; TypeError for no state dict.
   */
  loadStateDict(dict: OptimizerStateDict<O, S>): void {
    const { paramGroups: groups } = this;
    if (!Array.isArray(dict.paramGroups) || typeof dict.state !== 'object') {
      throw this.typeError('a state dict has state and paramGroups, as stateDict() returns it');
    }
    if (dict.paramGroups.length !== groups.length) {
      throw this.rangeError(
        `loaded state dict has a different number of parameter groups: ${dict.paramGroups.length}, not ${groups.length}`,
      );
    }
    const state = new Map<Tensor, S>();
    const loaded = dict.paramGroups.map((saved, i) => {
      const { params } = groups[i];
      if (saved.params.length !== params.length) {
        throw this.rangeError(
          "loaded state dict contains a parameter group that doesn't match the size of optimizer's group: " +
            `group ${i} has ${saved.params.length} parameters, not ${params.length}`,
        );
      }
      const absent = Object.keys(this.defaults).filter((option) => !Object.hasOwn(saved, option));
      if (absent.length > 0) {
        throw this.rangeError(
          `loaded state dict is not of this class: group ${i} has no ${absent.join(', ')}`,
        );
      }
      saved.params.forEach((number, k) => {
        const kept = dict.state[number];
        if (kept !== undefined) state.set(params[k], this.copyState(kept, params[k], number));
      });
      const group: ParamGroup<O> = { ...this.defaults, ...saved, params };
      this.validate(group);
      return group;
    });
    groups.splice(0, groups.length, ...loaded);
    this.state.clear();
    for (const [param, kept] of state) this.state.set(param, kept);
  }

  private copyState(kept: S, param: Tensor, number: number): S {
    const { shape, dtype } = this.stateLayout(param);
    const copy = (value: unknown, name: string): unknown => {
      if (Array.isArray(value)) return value.map((item: unknown) => copy(item, name));
      if (!isTensor(value)) return value;
      if (value.shape.join() !== shape.join()) {
        throw this.rangeError(
          `loaded state dict does not fit: ${name} of parameter ${number} has shape [${value.shape.join(', ')}], the ` +
            `parameter [${shape.join(', ')}]`,
        );
      }
      return noGrad(() => value.detach().clone().to(dtype));
    };
    return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, copy(value, name)])) as S;
  }

  /** The groups and their options, as PyTorch prints them. */
  toString(): string {
    const groups = this.paramGroups.map((group, i) => {
      const options = Object.entries(group)
        .filter(([name]) => name !== 'params')
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => `    ${name}: ${String(value)}\n`);
      return `Parameter Group ${i}\n${options.join('')}`;
    });
    return `${this.constructor.name} (\n${groups.join('\n')})`;
  }

  private typeError(message: string): TypeError {
    return new TypeError(`${this.constructor.name}: ${message}`);
  }

  private rangeError(message: string): RangeError {
    return new RangeError(`${this.constructor.name}: ${message}`);
  }

  static {
    Object.defineProperty(this.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value(this: Optimizer<object>) {
        return this.toString();
      },
    });
  }
}

function isGroup(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !isTensor(value) && 'params' in value;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (isTensor(value)) return 'Tensor';
  return typeof value === 'object' ? value.constructor.name : typeof value;
}
