import type { Tensor } from '@retrograd/core';
abstract class M0 {
  abstract forward(...inputs: never[]): unknown;
  pre<A extends unknown[]>(this: M0 & { forward(...inputs: A): unknown }, hook: (module: this, inputs: A) => A | A[0] | void): void { void hook; }
  post<A extends unknown[], R>(this: M0 & { forward(...inputs: A): R }, hook: (module: this, inputs: A, output: R) => R | void): void { void hook; }
  pre2<A extends unknown[]>(this: M0 & { forward(...inputs: A): unknown }, hook: (module: this, inputs: A) => readonly [...A] | void): void { void hook; }
}
interface L0 extends M0 { forward(x: Tensor): Tensor }
class Att extends M0 { declare q: number; forward(x: Tensor, _mask?: Tensor): Tensor { return x; } }
class Pair extends M0 { declare q: number; forward(x: Tensor, n: number): {y: Tensor, n: number} { return {y: x, n}; } }
export const l: L0 = new Att();
export const m: M0 = new Pair();
export const m2: M0 = l;
new Pair().pre((p, [x, n]) => [x, n * p.q]);
new Pair().pre2((p, [x, n]) => [x, n * p.q]);
new Pair().pre((p, i) => { const e: [Tensor, number] = i; return [e[0], p.q]; });
new Pair().post((p, i, {y}) => ({y, n: i[1] * p.q}));
new Pair().post((p, i, {y}) => void [p.q, i, y]);
m.post((_, i: unknown[], y: unknown) => void [i, y]);
m.pre((_, i) => void [i]);
l.post((_, __, y) => y.mul(2));
