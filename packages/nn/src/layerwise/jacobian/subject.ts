/* What the tester works on: a copy of a module in float64, and activities as flat vectors. */
import { defaultGenerator, isFloating, manualSeed, tensor, type Tensor } from '@retrograd/core';
import { deepcopy } from '../../copy.ts';
import type { Module } from '../../module.ts';
import { rebuilt, tensorsOf, type Activity } from '../activity.ts';
import { layer, Layerwise } from '../layer.ts';

/** A module, or a layer whose module is meant. */
export type Tested<M extends Module> = M | Layerwise<M>;

/** A module's copy in float64, at an input in float64. */
export interface Subject {
  readonly name: string;
  readonly layer: Layerwise;
  readonly input: Activity;
  /** A forward, always with the same random stream. */
  readonly forward: (input: Activity) => Activity;
}

/** A module's copy in float64, and its input. */
export function subjectOf<M extends Module>(
  tested: Tested<M>,
  input: Activity,
  { seed = 0 }: { readonly seed?: number },
): Subject {
  const module: Module = tested instanceof Layerwise ? tested.module : tested;
  const own = layer(deepcopy(module).double());
  return {
    name: module.constructor.name,
    layer: own,
    input: inDouble(input),
    forward: (x) => withSeed(seed, () => own.forward(x)),
  };
}

/** The copy's flat parameters and gradients. */
export function parametersOf({ name, layer: own }: Subject): [Tensor, Tensor] {
  const [x, dx] = own.getParameters();
  if (x.numel() === 0) throw new TypeError(`${name}: the module has no parameters to test`);
  return [x, dx];
}

/** Runs `fn` and puts the default random stream back. */
export function withStream<T>(fn: () => T): T {
  const state = defaultGenerator.getState();
  try {
    return fn();
  } finally {
    defaultGenerator.setState(state);
  }
}

/** Runs `fn` on the default random stream started afresh. */
export function withSeed<T>(seed: number, fn: () => T): T {
  manualSeed(seed);
  return fn();
}

/** An activity with its floating tensors in float64. */
export function inDouble<A extends Activity>(activity: A): A {
  const tensors = tensorsOf('jacobian', 'the input', activity);
  return rebuilt(
    activity,
    tensors.map((x) => (isFloating(x.dtype) ? x.detach().to('float64') : x)),
  );
}

/** The activity with its floating elements taken from a vector. */
export function filled(activity: Activity, elements: Float64Array): Activity {
  let start = 0;
  const tensors = tensorsOf('jacobian', 'the input', activity).map((x) => {
    if (!isFloating(x.dtype)) return x;
    const part = elements.slice(start, (start += x.numel()));
    return tensor([...part], { dtype: 'float64' }).reshape(x.shape);
  });
  return rebuilt(activity, tensors);
}

/** The floating elements of an activity as a vector. */
export function flat(activity: Activity): Float64Array {
  const floating = tensorsOf('jacobian', 'the activity', activity).filter(({ dtype }) => isFloating(dtype));
  return Float64Array.from(floating.flatMap((x) => [...values(x)]));
}

/** A tensor's elements in order. */
export function values(x: Tensor): Float64Array {
  return Float64Array.from(x.detach().contiguous().data);
}

/** For each floating element of an activity one like it that is 1 there and 0 elsewhere. */
export function units(activity: Activity): Activity[] {
  const { length } = flat(activity);
  return Array.from({ length }, (_, i) => {
    const unit = new Float64Array(length);
    unit[i] = 1;
    return filled(activity, unit);
  });
}
