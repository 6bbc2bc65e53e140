import { cat, enableGrad, isTensor, noGrad, zeros, type Tensor } from '@retrograd/core';
import { checkNonNegative, withDefaults } from './checks.ts';
import { Optimizer, type ParamGroup, type ParamGroupInit, type Params } from './optimizer.ts';
import { strongWolfe, type LinePoint } from './strongWolfe.ts';

const { abs, floor, min } = Math;

/** The options of {@link LBFGS}. */
export interface LBFGSOptions {
  /** The step size; with a line search the size it tries first. Default 1. */
  lr: number;
  /** The most iterations of one step. Default 20. */
  maxIter: number;
  /** The most evaluations of the closure in one step. Default (`null`) ⌊maxIter·5/4⌋. */
  maxEval: number | null;
  /** A step ends when no element of the gradient is larger than this. Default 1e-7. */
  toleranceGrad: number;
  /** A step ends when the loss changes by less than this, or no element of the parameters by more. Default 1e-9. */
  toleranceChange: number;
  /** How many changes the approximation of the Hessian is made of. Default 100. */
  historySize: number;
  /** Whether to search each direction for a point that satisfies the strong Wolfe conditions. Default null: no. */
  lineSearchFn: 'strong_wolfe' | null;
}

/** What {@link LBFGS} remembers, of all parameters together and kept with the first. Vectors are flat. */
export interface LBFGSState {
  /** The number of evaluations so far. */
  funcEvals: number;
  /** The number of iterations so far. */
  nIter: number;
  /** The last direction. */
  d: Tensor;
  /** How far it was followed. */
  t: number;
  /** The changes of the gradient, y. */
  oldDirs: Tensor[];
  /** The changes of the parameters, s. */
  oldStps: Tensor[];
  /** 1/(y · s) of each. */
  ro: number[];
  /** The inverse Hessian's first approximation, as a multiple of 1. */
  hDiag: number;
  /** The gradient the last direction came from. */
  prevFlatGrad: Tensor;
}

/**
 * Limited-memory BFGS (torch.optim.LBFGS): follows −H·∇f, where H approximates the inverse Hessian by the last changes of
 * parameters and gradient. A step evaluates the closure several times:
 *
 *     const optimizer = new LBFGS(params, { lineSearchFn: 'strong_wolfe' });
 *     optimizer.step(() => {
 *       optimizer.zeroGrad();
 *       const loss = f(params);
 *       loss.backward();
 *       return loss;
 *     });
 *
 * All parameters are one vector here, so they have one dtype and there is one group.
 *
 * Nocedal, Updating Quasi-Newton Matrices With Limited Storage (1980).
 */
export class LBFGS extends Optimizer<LBFGSOptions, LBFGSState> {
  /**
   * @throws RangeError for options out of range, such as a line search other than 'strong_wolfe', and for several groups:
   * "LBFGS doesn't support per-parameter options (parameter groups)".
   */
  constructor(params: Params<LBFGSOptions>, options: Partial<LBFGSOptions> = {}) {
    const defaults: LBFGSOptions = {
      lr: 1,
      maxIter: 20,
      maxEval: null,
      toleranceGrad: 1e-7,
      toleranceChange: 1e-9,
      historySize: 100,
      lineSearchFn: null,
    };
    const chosen = withDefaults('LBFGS', defaults, options);
    super(params, { ...chosen, maxEval: chosen.maxEval ?? floor((chosen.maxIter * 5) / 4) });
  }

  protected override validate(options: Readonly<LBFGSOptions>): void {
    checkNonNegative('LBFGS', 'learning rate', options.lr);
    checkNonNegative('LBFGS', 'max_iter value', options.maxIter);
    if (options.maxEval !== null) checkNonNegative('LBFGS', 'max_eval value', options.maxEval);
    checkNonNegative('LBFGS', 'tolerance_grad value', options.toleranceGrad);
    checkNonNegative('LBFGS', 'tolerance_change value', options.toleranceChange);
    checkNonNegative('LBFGS', 'history_size value', options.historySize);
    if (options.lineSearchFn !== null && options.lineSearchFn !== 'strong_wolfe') {
      throw new RangeError(
        `LBFGS: only 'strong_wolfe' is supported as a line search, but got ${String(options.lineSearchFn)}`,
      );
    }
  }

  /** @throws RangeError: there can be no second group. */
  override addParamGroup(init: ParamGroupInit<LBFGSOptions>): void {
    if (this.paramGroups.length > 0) {
      throw new RangeError("LBFGS: LBFGS doesn't support per-parameter options (parameter groups)");
    }
    super.addParamGroup(init);
  }

  /** @throws TypeError: a step needs a closure. */
  override step(): never;
  /**
   * Up to `maxIter` iterations.
   *
   * @param closure - Evaluates the model and its gradients anew and returns the loss: a tensor of one element, or a number.
   * @returns What the closure returned first.
   */
  override step<T>(closure: () => T): T;
  override step<T>(closure?: () => T): T {
    if (typeof closure !== 'function') {
      throw new TypeError('LBFGS: step needs a closure that evaluates the model and returns the loss');
    }
    const loss = noGrad(() => this.iterate(() => enableGrad(closure)));
    this.stepCount++;
    return loss;
  }

  protected update(): void {
    throw new TypeError('LBFGS: parameters are updated together, by step');
  }

  protected override stateLayout(param: Tensor): Pick<Tensor, 'shape' | 'dtype'> {
    const { params } = this.paramGroups[0];
    return { shape: [params.reduce((total, p) => total + p.numel(), 0)], dtype: param.dtype };
  }

  private iterate<T>(closure: () => T): T {
    const group = this.paramGroups[0];
    const { params, lr, maxIter, toleranceGrad, toleranceChange, lineSearchFn } = group;
    const maxEval = group.maxEval ?? floor((maxIter * 5) / 4);
    const kept = this.state.get(params[0]);

    const first = closure();
    let loss = numberOf(first);
    let gradient = flatGradient(params);
    let evaluations = 1;
    if (largest(gradient) <= toleranceGrad) {
      if (kept !== undefined) kept.funcEvals++;
      return first;
    }
    const state = kept ?? steepest(gradient);
    state.funcEvals++;
    this.state.set(params[0], state);

    for (let iteration = 1; iteration <= maxIter; iteration++) {
      state.nIter++;
      if (state.nIter > 1) turn(state, gradient, group);
      state.prevFlatGrad = gradient;
      const before = loss;
      const { d } = state;
      state.t = state.nIter === 1 ? min(1, 1 / gradient.abs().sum().item()) * lr : lr;
      const slope = gradient.dot(d).item();
      if (slope > -toleranceChange) break;

      if (lineSearchFn !== null) {
        const origin = params.map((p) => p.clone());
        const evaluate = (t: number): LinePoint => {
          move(params, d, t);
          const at = numberOf(closure());
          const g = flatGradient(params);
          params.forEach((p, i) => p.copy_(origin[i]));
          return { t, loss: at, gradient: g, slope: g.dot(d).item() };
        };
        const start = { t: 0, loss, gradient, slope };
        const found = strongWolfe(evaluate, start, state.t, { size: largest(d), toleranceChange });
        ({ loss, gradient, t: state.t } = found.point);
        move(params, d, state.t);
        evaluations += found.evaluations;
        state.funcEvals += found.evaluations;
      } else {
        move(params, d, state.t);
        // The last point is evaluated by the next step.
        if (iteration === maxIter) break;
        loss = numberOf(closure());
        gradient = flatGradient(params);
        evaluations++;
        state.funcEvals++;
      }
      if (evaluations >= maxEval || largest(gradient) <= toleranceGrad) break;
      if (largest(d) * abs(state.t) <= toleranceChange || abs(loss - before) < toleranceChange) break;
    }
    return first;
  }
}

/** A state before the first iteration, which goes straight down. */
function steepest(gradient: Tensor): LBFGSState {
  return {
    funcEvals: 0,
    nIter: 0,
    d: gradient.neg(),
    t: 0,
    oldDirs: [],
    oldStps: [],
    ro: [],
    hDiag: 1,
    prevFlatGrad: gradient,
  };
}

/** Takes the last change into the approximation and sets the direction −H·gradient: the two-loop recursion. */
function turn(state: LBFGSState, gradient: Tensor, { historySize }: ParamGroup<LBFGSOptions>): void {
  const { oldDirs, oldStps, ro } = state;
  const y = gradient.sub(state.prevFlatGrad);
  const s = state.d.mul(state.t);
  const ys = y.dot(s).item();
  if (ys > 1e-10) {
    oldDirs.push(y);
    oldStps.push(s);
    ro.push(1 / ys);
    if (oldDirs.length > historySize) for (const list of [oldDirs, oldStps, ro]) list.shift();
    state.hDiag = ys / y.dot(y).item();
  }
  const q = gradient.neg();
  const al: number[] = [];
  for (let i = oldDirs.length - 1; i >= 0; i--) {
    al[i] = oldStps[i].dot(q).item() * ro[i];
    q.sub_(oldDirs[i], { alpha: al[i] });
  }
  const d = q.mul_(state.hDiag);
  for (let i = 0; i < oldDirs.length; i++) {
    const be = oldDirs[i].dot(d).item() * ro[i];
    d.add_(oldStps[i], { alpha: al[i] - be });
  }
  state.d = d;
}

/** The gradients of all parameters as one new vector; those without a gradient count as 0. */
function flatGradient(params: readonly Tensor[]): Tensor {
  return cat(params.map((p) => p.grad?.reshape([-1]) ?? zeros([p.numel()], { dtype: p.dtype })));
}

/** Adds t times a flat vector to the parameters. */
function move(params: readonly Tensor[], d: Tensor, t: number): void {
  let offset = 0;
  for (const p of params) {
    const end = offset + p.numel();
    p.add_(d.slice(0, offset, end).reshape(p.shape), { alpha: t });
    offset = end;
  }
}

function largest(x: Tensor): number {
  return x.numel() === 0 ? 0 : x.abs().max().item();
}

function numberOf(loss: unknown): number {
  const value = isTensor(loss) ? loss.item() : loss;
  if (typeof value !== 'number') {
    throw new TypeError(`LBFGS: the closure must return the loss, but returned ${String(value)}`);
  }
  return value;
}
