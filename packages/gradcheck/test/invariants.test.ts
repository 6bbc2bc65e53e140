/* Each invariant with something that breaks it and nothing else does. */
import {
  autograd,
  isGradEnabled,
  matmul,
  mul,
  sin,
  tensor,
  type FunctionContext,
  type Tensor,
} from '@retrograd/core';
import { algebra } from '../src/algebra.ts';
import { perSample } from '../src/batches.ts';
import { conduct } from '../src/conduct.ts';
import { gradcheck, type GradcheckOptions, type GradcheckReport } from '../src/index.ts';
import { broadcasting, broadcastInputs, smallDims } from '../src/shapes.ts';

const double = (data: number[] | number[][]): Tensor =>
  tensor(data, { dtype: 'float64', requiresGrad: true });
const one = (): Tensor[] => [double([[0.3, 1.2, -0.7], [0.9, -1.4, 0.8]])]; // prettier-ignore
const two = (): Tensor[] => [...one(), double([[1.3, -0.2, 0.7], [0.4, 1.1, -0.6]])]; // prettier-ignore

type Rule = (g: Tensor, x: Tensor, ctx: FunctionContext) => Tensor;
function ruled(rule: Rule, forward = (x: Tensor): Tensor => sin(x)): (x: Tensor) => Tensor {
  class Ruled extends autograd.Function {
    static override forward(ctx: FunctionContext, x: Tensor): Tensor {
      ctx.saveForBackward(x);
      return forward(x);
    }
    static override backward(ctx: FunctionContext, g: Tensor): Tensor {
      return rule(g, ctx.savedTensors[0] as Tensor, ctx);
    }
  }
  return (x) => Ruled.apply(x);
}
const slope: Rule = (g, x) => g.mul(x.cos());

const broken = ({ failures }: GradcheckReport): string[] =>
  failures.flatMap((finding) => (finding.kind === 'invariant' ? [finding.invariant] : []));

let count = 0;
let kept: Tensor;
type Case = [
  invariant: string,
  f: (...xs: Tensor[]) => unknown,
  inputs: Tensor[],
  options?: GradcheckOptions,
];
const cases: Case[] = [
  ['two runs agree bit for bit', ruled((g, x) => slope(g, x, {} as never).mul(1 + 1e-15 * (++count % 7))), one()],
  ['recorded and unrecorded runs agree', (x) => (isGradEnabled() && x.requiresGrad ? sin(x).add(1) : sin(x)), one()],
  ['inputs are not modified', ruled((g, x) => { const y = slope(g, x, {} as never); x.data[0] += 1e-9; return y; }), one()],
  ['cotangents and outputs are not modified', ruled((g, x) => { const y = slope(g, x, {} as never); if (g.numel() === 6) g.data[1] *= 2; return y; }), one()],
  ['linear in the cotangent', ruled((g, x) => slope(g.clamp({ min: -1.2, max: 1.2 }), x, {} as never)), one()],
  ['a zero cotangent gives zero', ruled((g, x) => slope(g, x, {} as never).add(1e-7)), one()],
  ['retainGraph: a second pass agrees', ruled((g, x, ctx) => { ctx['runs'] = ((ctx['runs'] as number | undefined) ?? 0) + 1; return slope(g, x, ctx).mul(ctx['runs'] === 2 ? 0 : 1); }), one()],
  ['runs do not share what they saved', ruled((g) => g.mul(kept.cos()), (x) => sin((kept = x.clone()))), one()],
  ['inputs that are not differentiated are left alone', (x, c) => { const y = mul(x, c); c.data[0] += 1; return y; }, [...one(), one()[0].detach()]],
  ['createGraph gives the same gradient', ruled((g, x) => slope(g, x, {} as never).mul(isGradEnabled() ? 2 : 1)), one()],
  ['one tensor in two slots gets both gradients', (a, b) => (a === b ? mul(a, b.detach()) : mul(a, b)), two()],
  ['outputs without a cotangent count as zero', (() => { class Two extends autograd.Function {
    static override forward(ctx: FunctionContext, x: Tensor): Tensor[] { ctx.saveForBackward(x); ctx.setMaterializeGrads(false); return [sin(x), x.exp()]; }
    static override backward(ctx: FunctionContext, a: Tensor | null, b: Tensor | null): Tensor | null { const [x] = ctx.savedTensors as Tensor[]; return a && b ? a.mul(x.cos()).add(b.mul(x.exp())) : null; }
  } return (x: Tensor) => Two.apply(x); })(), one()],
  ['strided inputs give the same', ruled((g, x) => g.mul(x.isContiguous() ? x.cos() : 1)), one()],
  ['strided and broadcast cotangents give the same', ruled((g, x) => (g.isContiguous() ? g : g.mul(2)).mul(x.cos())), one()],
  ['fan-out: gradients of f(x) + g(x) add up', (x) => {
    let own: Tensor | undefined;
    const y = ruled((g, at) => (own = g.mul(at.cos())))(x);
    // Takes the gradient of x for its own.
    if (x.requiresGrad) x.registerHook((g) => own ?? g);
    return y;
  }, one()],
  ['only inputs that ask get a gradient', (() => { class Product extends autograd.Function {
    static override forward(ctx: FunctionContext, a: Tensor, b: Tensor): Tensor { ctx.saveForBackward(a, b); return mul(a, b); }
    static override backward(ctx: FunctionContext, g: Tensor): (Tensor | null)[] { const [a, b] = ctx.savedTensors as Tensor[]; return ctx.needsInputGrad[0] ? [g.mul(b), g.mul(a)] : [null, g.mul(b)]; }
  } return (a: Tensor, b: Tensor) => Product.apply(a, b); })(), two()],
  ['broadcast inputs get the sum of their gradients', ruled((g, x) => g.mul(x.cos()).mul(x.strides.includes(0) ? 0.5 : 1)), one()],
  ['dims of size 0 and 1 work', ruled((g, x) => slope(x.numel() === 0 ? g.reshape([1]) : g, x, {} as never)), one()],
  ['dims of size 0 and 1 work', ruled((g, x) => slope(g, x, {} as never).mul(x.shape[0] === 1 ? 2 : 1)), one()],
  ['a batch gives what its samples give', (x) => x.sub(x.mean(0)).sin(), one(), { batchDim: 0 }],
]; // prettier-ignore

describe('what breaks an invariant is named', () => {
  test.each(cases.map(([invariant, ...rest]) => ({ invariant, rest })))(
    '$invariant',
    ({ invariant, rest }) => {
      const [f, inputs, options] = rest;
      expect(broken(gradcheck(f, inputs, options))).toContain(invariant);
    },
  );

  test('gradients accumulate onto .grad', () => {
    const f = (x: Tensor): Tensor => {
      // Whoever writes .grad instead of adding to it, as a hook of the leaf can.
      if (x.requiresGrad)
        x.registerPostAccumulateGradHook((leaf) => void (leaf.grad = leaf.grad?.mul(1).sub(1) ?? null));
      return sin(x);
    };
    expect(broken(gradcheck(f, one()))).toContain('gradients accumulate onto .grad');
  });

  test('broadcasting works', () => {
    class Product extends autograd.Function {
      static override forward(ctx: FunctionContext, a: Tensor, b: Tensor): Tensor {
        ctx.saveForBackward(a, b);
        return mul(a, b);
      }
      static override backward(ctx: FunctionContext, g: Tensor): Tensor[] {
        const [a, b] = ctx.savedTensors as [Tensor, Tensor];
        const fit = (y: Tensor, x: Tensor): Tensor =>
          x.ndim < y.ndim ? y.select(0, 0) : x.shape[0] < y.shape[0] ? y.narrow(0, 0, 1) : y;
        return [fit(g.mul(b), a), fit(g.mul(a), b)];
      }
    }
    expect(broken(gradcheck((a, b) => Product.apply(a, b), two() as [Tensor, Tensor]))).toContain(
      'broadcasting works',
    );
  });
});

test('every invariant is among these', () => {
  const all = [...conduct, ...algebra, broadcastInputs, broadcasting, smallDims, perSample(0)];
  const shown = new Set([
    ...cases.map(([name]) => name),
    'gradients accumulate onto .grad',
    'broadcasting works',
  ]);
  expect(all.filter(({ name }) => !shown.has(name)).map(({ name }) => name)).toEqual([]);
});

test('a correct function keeps them all', () => {
  const report = gradcheck((x, w) => [matmul(x, w).tanh(), x.exp()], [one()[0], double([[1, 2], [3, 4], [5, 6]])], { batchDim: 0 }); // prettier-ignore
  expect(report.verdict).toBe('pass');
  expect(report.invariants.length).toBeGreaterThanOrEqual(18);
});
