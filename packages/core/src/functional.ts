/* Derivatives of functions, as autograd.functional has them in PyTorch. */
import { clone } from './ops/copy.ts';
import { stack } from './ops/join.ts';
import { reshape } from './ops/view.ts';
import { AutogradError, ShapeError } from './errors.ts';
import { formatShape, sameShape } from './shape.ts';
import { grad } from './tape/backward.ts';
import { enableGrad } from './tape/recording.ts';
import { allocateTensor, isTensor, type Tensor } from './tensor.ts';

/** One tensor, or several as an array. */
export type Tensors = Tensor | readonly Tensor[];

/** One tensor for a single tensor, an array for an array. */
type Like<T extends Tensors> = T extends Tensor ? Tensor : Tensor[];

/** For each output, for each input; arrays only where the function takes or returns arrays. */
type Jacobian<Y extends Tensors, X extends Tensors> = Y extends Tensor ? Like<X> : Like<X>[];

/** Options of the functions in `autograd.functional`. */
export interface FunctionalOptions {
  /** Record the computation, so that the result can be differentiated. Default false. */
  readonly createGraph?: boolean;
}

type Fn<X extends Tensors, Y extends Tensors> = (...inputs: X extends Tensor ? [X] : readonly Tensor[]) => Y;

/**
 * The Jacobian of f at the inputs: ∂f_i/∂x_j in the shape [...output shape, ...input shape], for every output and
 * input (torch.autograd.functional.jacobian).
 */
export function jacobian<X extends Tensors, Y extends Tensors>(
  f: Fn<X, Y>,
  inputs: X,
  options: FunctionalOptions = {},
): Jacobian<Y, X> {
  const { xs, y, ys } = evaluate('jacobian', f, inputs, options.createGraph ?? false);
  const rows = blocks(ys, xs, options).map((row) => asGiven(inputs, row));
  return (isTensor(y) ? rows[0] : rows) as Jacobian<Y, X>;
}

/** ∂y/∂x for every output y and input x, one row of the Jacobian per element of y. */
function blocks(
  ys: readonly Tensor[],
  xs: readonly Tensor[],
  { createGraph = false }: FunctionalOptions,
): Tensor[][] {
  return ys.map((y) => {
    const rows = Array.from({ length: y.numel() }, (_, i) => {
      const seed = allocateTensor(y.shape, y.dtype);
      seed.storage.array[i] = 1;
      return gradients([y], xs, [seed], createGraph);
    });
    return xs.map((x, k) => {
      const shape = [...y.shape, ...x.shape];
      return rows.length === 0
        ? allocateTensor(shape, x.dtype)
        : reshape(stack(rows.map((row) => row[k])), shape);
    });
  });
}

/**
 * The Hessian of a scalar function at the inputs: ∂²f/∂x_i∂x_j in the shape [...shape of x_i, ...shape of x_j]
 * (torch.autograd.functional.hessian).
 *
 * @throws AutogradError unless f returns one element.
 */
export function hessian<X extends Tensors>(
  f: Fn<X, Tensor>,
  inputs: X,
  options: FunctionalOptions = {},
): Jacobian<X, X> {
  const { xs, ys } = evaluate('hessian', f, inputs, options.createGraph ?? false);
  const gs = gradients([scalarOf('hessian', ys[0])], xs, [null], true);
  const rows = blocks(gs, xs, options).map((row) => asGiven(inputs, row));
  return (isTensor(inputs) ? rows[0] : rows) as Jacobian<X, X>;
}

/**
 * The product vᵀJ of a vector with the Jacobian of f, and f's value (torch.autograd.functional.vjp). `v` has the shape
 * of the output and may be left out if that is one element.
 */
export function vjp<X extends Tensors, Y extends Tensors>(
  f: Fn<X, Y>,
  inputs: X,
  v?: Tensors,
  options: FunctionalOptions = {},
): { output: Y; vjp: Like<X> } {
  const { createGraph = false } = options;
  const { xs, y, ys } = evaluate('vjp', f, inputs, createGraph);
  const result = gradients(ys, xs, v === undefined ? ys.map(() => null) : listOf(v), createGraph);
  return { output: released(y, createGraph), vjp: asGiven(inputs, result) };
}

/**
 * The product Jv of the Jacobian of f with a vector, and f's value (torch.autograd.functional.jvp); computed as the
 * derivative of vᵀJ with respect to the cotangent. `v` has the inputs' shapes.
 */
export function jvp<X extends Tensors, Y extends Tensors>(
  f: Fn<X, Y>,
  inputs: X,
  v: X,
  options: FunctionalOptions = {},
): { output: Y; jvp: Like<Y> } {
  const { createGraph = false } = options;
  const { xs, y, ys } = evaluate('jvp', f, inputs, createGraph);
  const vs = matching('jvp', xs, v);
  const cotangents = ys.map((output) => allocateTensor(output.shape, output.dtype).requiresGrad_());
  const linear = enableGrad(() => gradients(ys, xs, cotangents, true));
  const result = gradients(linear, cotangents, vs, createGraph);
  return { output: released(y, createGraph), jvp: asGiven(y, result) };
}

/**
 * The product Hv of the Hessian of a scalar function with a vector, and the function's value
 * (torch.autograd.functional.hvp); H is symmetric, so {@link vhp} is the same at half the cost.
 */
export function hvp<X extends Tensors>(
  f: Fn<X, Tensor>,
  inputs: X,
  v: X,
  options: FunctionalOptions = {},
): { output: Tensor; hvp: Like<X> } {
  const { createGraph = false } = options;
  const { xs, y, ys } = evaluate('hvp', f, inputs, createGraph);
  scalarOf('hvp', ys[0]);
  const vs = matching('hvp', xs, v);
  const gs = gradients(ys, xs, [null], true);
  const cotangents = gs.map((g) => allocateTensor(g.shape, g.dtype).requiresGrad_());
  const linear = enableGrad(() => gradients(gs, xs, cotangents, true));
  return {
    output: released(y, createGraph),
    hvp: asGiven(inputs, gradients(linear, cotangents, vs, createGraph)),
  };
}

/** The product vᵀH of a vector with the Hessian of a scalar function, and the function's value (torch.autograd.functional.vhp). */
export function vhp<X extends Tensors>(
  f: Fn<X, Tensor>,
  inputs: X,
  v: X,
  options: FunctionalOptions = {},
): { output: Tensor; vhp: Like<X> } {
  const { createGraph = false } = options;
  const { xs, y, ys } = evaluate('vhp', f, inputs, createGraph);
  scalarOf('vhp', ys[0]);
  const gs = gradients(ys, xs, [null], true);
  return {
    output: released(y, createGraph),
    vhp: asGiven(inputs, gradients(gs, xs, matching('vhp', xs, v), createGraph)),
  };
}

/** f at copies of the inputs that require grad: leaves, or under createGraph still tied to the inputs' history. */
function evaluate<X extends Tensors, Y extends Tensors>(
  name: string,
  f: Fn<X, Y>,
  inputs: X,
  createGraph: boolean,
): { xs: Tensor[]; y: Y; ys: readonly Tensor[] } {
  return enableGrad(() => {
    const xs = listOf(inputs).map((x) =>
      createGraph && x.requiresGrad ? clone(x) : x.detach().requiresGrad_(),
    );
    const y = (f as (...given: readonly Tensor[]) => Y)(...xs);
    const ys = listOf(y);
    for (const output of ys) {
      if (!isTensor(output))
        throw new AutogradError(`${name}: the function must return a Tensor or an array of Tensors`);
    }
    return { xs, y, ys };
  });
}

/** The gradients of the outputs that have history; zeros for inputs they do not depend on. */
function gradients(
  outputs: readonly Tensor[],
  xs: readonly Tensor[],
  seeds: readonly (Tensor | null)[],
  createGraph: boolean,
): Tensor[] {
  const recorded = outputs
    .map((output, i) => ({ output, seed: seeds[i] ?? null }))
    .filter(({ output }) => output.requiresGrad);
  if (recorded.length === 0) return xs.map((x) => allocateTensor(x.shape, x.dtype));
  return grad(
    recorded.map(({ output }) => output),
    xs,
    { gradOutputs: recorded.map(({ seed }) => seed), createGraph, retainGraph: true, materializeGrads: true },
  );
}

function matching(name: string, xs: readonly Tensor[], v: Tensors): readonly Tensor[] {
  const vs = listOf(v);
  if (vs.length !== xs.length)
    throw new AutogradError(`${name}: got ${xs.length} inputs and ${vs.length} vectors`);
  vs.forEach((given, i) => {
    if (!sameShape(given.shape, xs[i].shape)) {
      throw new ShapeError(
        `${name}: v has invalid size: ${formatShape(given.shape)} for input ${i} of shape ${formatShape(xs[i].shape)}`,
      );
    }
  });
  return vs;
}

function scalarOf(name: string, y: Tensor): Tensor {
  if (y.numel() === 1) return y;
  throw new AutogradError(
    `${name}: the function should return a single value, got shape ${formatShape(y.shape)}`,
  );
}

function listOf(tensors: Tensors): readonly Tensor[] {
  return isTensor(tensors) ? [tensors] : tensors;
}

function asGiven<X extends Tensors>(inputs: X, results: Tensor[]): Like<X> {
  return (isTensor(inputs) ? results[0] : results) as Like<X>;
}

/** The function's value, off the tape unless it is wanted there. */
function released<Y extends Tensors>(y: Y, createGraph: boolean): Y {
  if (createGraph) return y;
  return (isTensor(y) ? y.detach() : y.map((x) => x.detach())) as Y;
}
