import type { Module } from '../module.ts';
import { isTable, type Activity, type Table } from './activity.ts';

type ArgumentsOf<M extends Module> = Parameters<M['forward']>;

/**
 * The input of a module under the layerwise protocol: what its `forward` takes. If that declares several arguments, they
 * are given as a table; a tensor may stand alone if the others are optional.
 */
export type InputOf<M extends Module> =
  never[] extends ArgumentsOf<M>
    ? Activity
    : ArgumentsOf<M> extends readonly [infer First]
      ? unknown extends First
        ? Activity
        : First
      : ArgumentsOf<M> extends readonly [infer First, ...infer Rest]
        ? ArgumentsOf<M> | ([] extends Rest ? (First extends Table ? never : First) : never)
        : Activity;

/** The output of a module: what its `forward` returns. */
export type OutputOf<M extends Module> =
  unknown extends ReturnType<M['forward']> ? Activity : ReturnType<M['forward']>;

/** A module, as far as calling it goes. */
interface Callable {
  forward(...inputs: unknown[]): unknown;
}

/**
 * Calls a module with one activity. A module takes one input, which may be a table; a table is spread over the arguments
 * of a `forward` that is declared with several, such as `Bilinear`'s, a loss's or an `LSTM`'s. (JavaScript does not count
 * those from the first that has a default: declare `hx?: Tensor`, not `hx = …`.)
 */
export function call(module: Module, input: Activity): unknown {
  const callable = module as Callable;
  return isTable(input) && declaredArguments(callable) > 1
    ? callable.forward(...input)
    : callable.forward(input);
}

/** How many arguments the class declares: hooks lay a function without any over the instance's. */
function declaredArguments(module: Callable): number {
  const prototype = Object.getPrototypeOf(module) as Partial<Callable>;
  return prototype.forward?.length ?? module.forward.length;
}
