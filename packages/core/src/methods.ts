/* Gives Tensor every public function whose first argument is a tensor as a method, by derivation. One of the three
 * files that erase types, and the only module imported for its effect. */

import * as ops from './ops/index.ts';
import { copy_, fill_, inPlaceNames, intoPlace, zero_ } from './ops/inplace.ts';
import * as autograd from './tape/methods.ts';
import { formatTensor } from './print.ts';
import { bernoulli_, exponential_, normal_, uniform_ } from './random/sampling.ts';
import { Tensor } from './tensor.ts';

/** Functions that take no tensor first. */
const notMethods = [
  'broadcastTensors',
  'cat',
  'dstack',
  'hstack',
  'stack',
  'vstack',
  'meshgrid',
  'polygamma',
  'blockDiag',
  'cartesianProd',
  'columnStack',
  'einsum',
] as const;

type NotMethod = (typeof notMethods)[number];

const ownInPlace = { copy_, fill_, zero_, uniform_, normal_, exponential_, bernoulli_ };

/** A function without its first parameter, for each of up to four overloads. */
type Method<F> = F extends {
  (x: any, ...rest: infer A1): infer R1;
  (x: any, ...rest: infer A2): infer R2;
  (x: any, ...rest: infer A3): infer R3;
  (x: any, ...rest: infer A4): infer R4;
}
  ? { (...args: A1): R1; (...args: A2): R2; (...args: A3): R3; (...args: A4): R4 }
  : never;

type OpMethods = { [K in keyof typeof ops as Exclude<K, NotMethod>]: Method<(typeof ops)[K]> };
type InPlaceMethods = {
  [K in (typeof inPlaceNames)[number] as `${K}_`]: Method<(typeof ops)[K]>;
} & { [K in keyof typeof ownInPlace]: Method<(typeof ownInPlace)[K]> };
type AutogradMethods = { [K in keyof typeof autograd]: Method<(typeof autograd)[K]> };

declare module './tensor.ts' {
  interface Tensor extends OpMethods, InPlaceMethods, AutogradMethods {
    /** The tensor as PyTorch prints it; large ones are abbreviated. */
    toString(): string;
  }
}

const skip = new Set<string>(notMethods);

const functions = { ...ops, ...ownInPlace, ...autograd } as Record<string, (...args: any[]) => any>;

for (const [name, fn] of Object.entries(functions)) {
  if (skip.has(name)) continue;
  define(name, function (this: Tensor, ...args: unknown[]) {
    return fn(this, ...args);
  });
}
for (const name of inPlaceNames) {
  const fn = functions[name];
  define(`${name}_`, function (this: Tensor, ...args: unknown[]) {
    return intoPlace(`${name}_`, this, (x) => fn(x, ...args));
  });
}

function printed(this: Tensor): string {
  const { shape, strides, offset, dtype, storage } = this;
  const suffixes: string[] = [];
  if (this.gradFn !== null) suffixes.push(`gradFn=<${this.gradFn.name}>`);
  else if (this.requiresGrad) suffixes.push('requiresGrad=true');
  return formatTensor({ shape, strides, offset, dtype, array: storage.array }, suffixes);
}

define('toString', printed);
define(Symbol.for('nodejs.util.inspect.custom'), printed);
// `a < b` compiles, and would compare two texts: numbers are compared, of tensors that are one.
define(Symbol.toPrimitive, function (this: Tensor, hint: unknown) {
  return hint === 'number' ? this.item() : this.toString();
});

function define(name: string | symbol, value: (this: Tensor, ...args: any[]) => unknown): void {
  Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
}
