/* How the checker decides: one test for each thing it promises, with the failure that it catches. */
import {
  autograd, cosineSimilarity, Generator, grad, manualSeed, matmul, maximum, mul, randn, relu, sin, sum, tanh, tensor, type FunctionContext, type Tensor,
} from '@retrograd/core'; // prettier-ignore
import { gradcheck, gradgradcheck, type GradcheckOptions, type GradcheckReport } from '../src/index.ts';

const double = (data: number | number[] | number[][]): Tensor =>
  tensor(data, { dtype: 'float64', requiresGrad: true });
const random = (...shape: number[]): Tensor =>
  randn(shape, { dtype: 'float64', generator: new Generator(5) }).requiresGrad_();

/** A function of one tensor with a rule of one's own. */
function ruled(
  forward: (x: Tensor) => Tensor,
  rule: (g: Tensor, x: Tensor) => Tensor,
): (x: Tensor) => Tensor {
  class Ruled extends autograd.Function {
    static override forward(ctx: FunctionContext, x: Tensor): Tensor {
      ctx.saveForBackward(x);
      return forward(x);
    }
    static override backward(ctx: FunctionContext, g: Tensor): Tensor {
      return rule(g, ctx.savedTensors[0] as Tensor);
    }
  }
  return (x) => Ruled.apply(x);
}

const invariantsOf = ({ failures }: GradcheckReport): string[] =>
  failures.flatMap((finding) => (finding.kind === 'invariant' ? [finding.invariant] : []));

const worst = (report: GradcheckReport) => {
  const [finding] = report.failures;
  if (finding?.kind !== 'gradient') throw new Error(`expected a wrong gradient:\n${String(report)}`);
  return finding;
};

describe('the exact tier', () => {
  test('is taken for linear and quadratic functions, and for no others', () => {
    const [a, b] = [random(2, 3), random(3, 2)];
    expect(gradcheck((x, y) => matmul(x, y), [a, b])).toMatchObject({ verdict: 'pass', tier: 'exact' });
    expect(gradcheck((x) => x.square().sum(), [a])).toMatchObject({ verdict: 'pass', tier: 'exact' });
    expect(gradcheck((x) => x.permute([1, 0]), [a])).toMatchObject({ verdict: 'pass', tier: 'exact' });
    const others = [
      sin,
      relu,
      (x: Tensor) => x.floor(),
      (x: Tensor) => mul(x, x).mul(x),
      (x: Tensor) => x.mean(),
    ];
    for (const f of others) expect(gradcheck(f, [a])).toMatchObject({ verdict: 'pass', tier: 'full' });
  });

  test('compares with ===: an error of 5e-9 in a linear rule is one', () => {
    const f = ruled((x) => x.mul(2), (g) => g.mul(2 + 1e-8)); // prettier-ignore
    expect(worst(gradcheck(f, [double([1, 2])])).diagnosis).toContain('5e-7 % too large');
    const report = gradcheck(f, [double([1, 2])]);
    expect(report.coverage.exactEntries).toBe(4);
  });

  test('leaves gradients that round to the full tier, which knows what rounding is', () => {
    const divides = ruled((x) => x.square(), (g, x) => g.mul(x.mul(49).mul(2 / 49))); // prettier-ignore
    const cancels = ruled((x) => x.mul(2), (g) => g.mul(2).add(g.sum().mul(1e-16))); // prettier-ignore
    for (const f of [divides, cancels]) {
      expect(gradcheck(f, [double([1.5, -0.5, 2])], { invariants: false })).toMatchObject({ verdict: 'pass', tier: 'full' }); // prettier-ignore
    }
  });

  test('checks the adjoint identity of linear functions', () => {
    const f = (x: Tensor): Tensor => x.cumsum(0);
    expect(gradcheck(f, [double([1, 2, 3])]).invariants).toContain('⟨Lu, v⟩ = ⟨u, Lᵀv⟩ where f is linear');
    const wrong = ruled(f, (g) => g.cumsum(0));
    const report = gradcheck(wrong, [random(120)], { maxEntries: 100 });
    expect(invariantsOf(report).join()).toContain('⟨Lu, v⟩ = ⟨u, Lᵀv⟩');
  });

  test('can be asked for, and says where it does not fit', () => {
    expect(() => gradcheck(sin, [double([1])], { tier: 'exact', name: 'sin' })).toThrow(
      /sin: the exact tier does not fit/,
    );
    expect(gradcheck((x) => x.mul(2), [double([1])], { degree: 'linear' }).tier).toBe('exact');
  });
});

describe('the full tier', () => {
  test('gives each entry a tolerance of its own: an error of 1e-6 of one small entry shows beside large ones', () => {
    const scale = tensor([1e8, 1, 1e-8], { dtype: 'float64' });
    const f = (x: Tensor): Tensor => sin(x).mul(scale);
    expect(gradcheck(f, [double([1, 2, 3])]).verdict).toBe('pass');
    const skewed = tensor([1, 1, 1 + 1e-6], { dtype: 'float64' });
    const finding = worst(
      gradcheck(
        ruled(f, (g, x) => g.mul(scale).mul(x.cos()).mul(skewed)),
        [double([1, 2, 3])],
      ),
    );
    expect(finding.place).toMatchObject({ outputIndex: [2], inputIndex: [2] });
  });

  test('what differences cannot resolve is inconclusive, neither right nor wrong', () => {
    // Rounding makes steps of 1.5e-8, of which few are in the longest difference.
    const f = (x: Tensor): Tensor => x.mul(1e-6).add(1e8).sub(1e8);
    const report = gradcheck(f, [double([0.5, 0.25])], { invariants: false });
    expect(report.verdict).toBe('inconclusive');
    expect(report.failures).toEqual([]);
    expect(report.undecided[0]).toMatchObject({ kind: 'gradient', analytic: 1e-6 });
  });

  test('an error of a tenth of a per cent is wrong', () => {
    const finding = worst(
      gradcheck(
        ruled(tanh, (g, x) => g.mul(tanh(x).square().neg().add(1)).mul(1.001)),
        [random(3)],
      ),
    );
    expect(finding.diagnosis[0]).toBe('0.1 % too large');
  });
});

describe('large inputs', () => {
  const weights = randn([300, 300], { dtype: 'float64', generator: new Generator(1) }).mul(0.1);
  const f = (x: Tensor): Tensor => tanh(matmul(weights, x));
  const rule = (g: Tensor, x: Tensor): Tensor => matmul(weights.t(), g.mul(f(x).square().neg().add(1)));

  test('one entry of a 300 × 300 Jacobian that is wrong by 3 is caught and found', () => {
    for (const seed of [0, 1, 2]) {
      const wrong = ruled(f, (g, x) =>
        rule(g, x).indexAdd(0, tensor([123], { dtype: 'int32' }), g.narrow(0, 77, 1).mul(3)),
      );
      const report = gradcheck(wrong, [random(300)], { seed });
      expect(report.tier).toBe('sampled');
      const { place, analytic, numeric } = worst(report);
      expect(place).toMatchObject({ outputIndex: [77], inputIndex: [123] });
      expect(analytic - numeric).toBeCloseTo(3, 8);
    }
  });

  test('the right one passes, and the report says what was covered', () => {
    const report = gradcheck(f, [random(300)]);
    expect(report.verdict).toBe('pass');
    expect(report.coverage).toMatchObject({ totalEntries: 90_000, entries: 256, directions: 8 });
    expect(report.coverage.leftOut.join()).toMatch(
      /90000 entries .* too many .* 8 random directions .* 256 entries/,
    );
    expect(String(report)).toContain('256 of 90000 entries');
  });

  test('many wrong entries are found as well, at the second order too', () => {
    expect(
      gradcheck(
        ruled(f, (g, x) => rule(g, x).mul(1.001)),
        [random(300)],
      ).verdict,
    ).toBe('fail');
    const detached = ruled(f, (g, x) => rule(g, x.detach()));
    expect(gradcheck(detached, [random(300)]).verdict).toBe('pass');
    expect(gradgradcheck(detached, [random(300)]).verdict).toBe('fail');
  });
});

describe('cotangents', () => {
  test('are random: a transposed gradient does not hide behind a sum', () => {
    const f = ruled((x) => x.t().mul(2), (g) => g.reshape([3, 3]).mul(2)); // prettier-ignore
    expect(worst(gradcheck(f, [random(3, 3)])).diagnosis[0]).toBe('looks transposed');
  });

  test('reach every output, nested and named', () => {
    const half = ruled(sin, (g, x) => g.mul(x.cos()).mul(0.5));
    const f = ({ a }: { a: Tensor }) => ({ good: a.cos(), list: [a.exp(), { bad: half(a) }] });
    const { place, diagnosis } = worst(gradcheck(f, [{ a: double([1, 2]) }]));
    expect(place).toMatchObject({ output: 'out.list[1].bad', input: 'inputs[0].a' });
    expect(diagnosis[0]).toBe('half of what it should be');
  });
});

describe('kinks', () => {
  test('are reported, resampled and pass', () => {
    const report = gradcheck(relu, [double([1, 0, -3])]);
    expect(report).toMatchObject({ verdict: 'pass', coverage: { points: 2 } });
    expect(report.kinks[0]).toMatchObject({ place: { inputIndex: [1] }, analytic: 0 });
    expect(report.kinks[0].message).toMatch(/^kink within \de-\d+: left slope 0, right slope 1, analytic 0$/);
  });

  test('a gradient that is wrong beside the kink does not pass as one', () => {
    const wrong = ruled(relu, (g, x) => g.mul(x.gt(0)).mul(2));
    expect(worst(gradcheck(wrong, [double([0, 0])])).diagnosis[0]).toBe('twice too large');
  });

  test('the analytic value must be a subgradient, or the documented one', () => {
    const at = (value: number) =>
      ruled(relu, (g, x) => g.mul(x.gt(0).to('float64').add(x.eq(0).to('float64').mul(value))));
    const check = (value: number, subgradient?: GradcheckOptions['subgradient']) =>
      gradcheck(at(value), [double([1, 0])], { subgradient }).verdict;
    expect([check(0), check(0.5), check(1), check(2), check(-1)]).toEqual([
      'pass',
      'pass',
      'pass',
      'fail',
      'fail',
    ]);
    expect([check(0, 'left'), check(1, 'left'), check(0.5, 'mean'), check(0.5, 'right')]).toEqual([
      'pass',
      'fail',
      'pass',
      'fail',
    ]);
    expect([check(0.25, (left, right) => (left + 3 * left + right) / 4), check(0, () => 0.1)]).toEqual([
      'pass',
      'fail',
    ]);
  });

  test('equal maxima share one gradient', () => {
    const of = (own: (a: Tensor, b: Tensor) => Tensor): GradcheckReport => {
      class Greatest extends autograd.Function {
        static override forward(ctx: FunctionContext, a: Tensor, b: Tensor): Tensor {
          ctx.saveForBackward(a, b);
          return maximum(a, b);
        }
        static override backward(ctx: FunctionContext, g: Tensor): Tensor[] {
          const [a, b] = ctx.savedTensors as [Tensor, Tensor];
          return [g.mul(own(a, b)), g.mul(own(b, a))];
        }
      }
      return gradcheck((a, b) => Greatest.apply(a, b), [double([1, 2]), double([1, 0])]);
    };
    expect(gradcheck(maximum, [double([1, 2]), double([1, 0])]).verdict).toBe('pass');
    const [kink] = of((a, b) => a.ge(b)).failures;
    if (kink?.kind !== 'kink') throw new Error('no kink was found');
    expect(kink.message).toContain('2 tied inputs moved together, a slope of 2');
    expect(of((a, b) => a.gt(b)).verdict).toBe('fail');
  });

  test('a domain that ends at the point is reported; a function that is nowhere smooth is inconclusive', () => {
    expect(gradcheck((x) => x.sqrt(), [double([0, 1])])).toMatchObject({
      verdict: 'pass',
      kinks: [{ analytic: Infinity }, {}],
    });
    const rough = gradcheck((x) => x.log().mul(0), [double([-1])]);
    expect(rough.verdict).toBe('inconclusive');
    expect(String(rough)).toContain('not smooth at any of the points tried');
  });

  test('smooth along every axis is not smooth: the median of equals', () => {
    const middle = (x: Tensor): Tensor => x.sort(0).values.narrow(0, 1, 1);
    expect(gradcheck(middle, [double([1, 1, 1])]).verdict).toBe('pass');
  });
});

describe('float32', () => {
  const single = (data: number[]): Tensor => tensor(data, { requiresGrad: true });

  test('functions are checked in float64 where they allow it', () => {
    const seen = new Set<string>();
    const f = (x: Tensor): Tensor => (seen.add(x.dtype), sin(x));
    expect(gradcheck(f, [single([1, 2])]).verdict).toBe('pass');
    // Once more in float32 in the end, to see that nothing else happens there.
    expect([...seen]).toEqual(['float64', 'float32']);
    expect(
      worst(
        gradcheck(
          ruled(sin, (g, x) => g.mul(x.cos()).mul(1 + 1e-6)),
          [single([1, 2])],
        ),
      ).count,
    ).toBe(2);
  });

  test('others get tolerances from its unit roundoff, and an error of two per cent still shows', () => {
    const only = (f: (x: Tensor) => Tensor) => (x: Tensor) => {
      if (x.dtype !== 'float32') throw new TypeError('float32 only');
      return f(x);
    };
    const inside = (f: (x: Tensor) => Tensor) => (x: Tensor) => f(x.to('float32'));
    const wrong = ruled(sin, (g, x) => g.mul(x.cos()).mul(1.02));
    for (const kind of [only, inside]) {
      expect(gradcheck(kind(sin), [single([1, 2])], { order: 2 }).verdict).toBe('pass');
      expect(gradcheck(kind(wrong), [single([1, 2])]).verdict).toBe('fail');
    }
  });
});

describe('higher orders', () => {
  test('a rule that is right once and wrong twice', () => {
    const f = ruled((x) => x.pow(3), (g, x) => g.mul(x.detach().square().mul(3))); // prettier-ignore
    expect(gradcheck(f, [random(3)]).verdict).toBe('pass');
    const finding = worst(gradgradcheck(f, [random(3)]));
    expect(finding).toMatchObject({ order: 2, place: { output: 'the gradient', input: 'inputs[0]' } });
    expect(finding.diagnosis).toContain('zero where it should not be');
  });

  test('wrong at the third order only, and wrong by the cotangent only', () => {
    const third = ruled(sin, (g, x) => g.mul(ruled((y) => y.cos(), (h, y) => h.mul(y.detach().sin().neg()))(x))); // prettier-ignore
    expect(gradcheck(third, [random(2)], { order: 2 }).verdict).toBe('pass');
    expect(worst(gradcheck(third, [random(2)], { order: 3 })).order).toBe(3);
    const cotangent = ruled((x) => x.mul(2), (g) => g.detach().mul(2)); // prettier-ignore
    expect(worst(gradgradcheck(cotangent, [random(2)])).place.input).toBe('cotangent');
  });

  test('right ones pass at the fourth', () => {
    expect(
      gradcheck((x, y) => sum(mul(sin(x), y.exp()), 0), [random(2, 3), random(3)], { order: 4 }).verdict,
    ).toBe('pass');
    expect(gradgradcheck((a, b) => cosineSimilarity(a, b), [random(2, 3), random(2, 3)]).verdict).toBe(
      'pass',
    );
  });

  test('a function that differentiates inside', () => {
    const f = (x: Tensor): Tensor => grad(x.exp().sum(), x, { createGraph: true }).square();
    expect(gradgradcheck(f, [random(3)]).verdict).toBe('pass');
  });
});

describe('what may be passed', () => {
  test('integers, numbers and options beside what is differentiated', () => {
    const f = (x: Tensor, i: Tensor, n: number, { dim }: { dim: number }) => x.indexSelect(dim, i).mul(n);
    const report = gradcheck(f, [random(3, 2), tensor([0, 2, 2], { dtype: 'int32' }), 3, { dim: 0 }]);
    expect(report).toMatchObject({ verdict: 'pass', tier: 'exact' });
    expect(report.invariants).toContain('inputs that are not differentiated are left alone');
  });

  test('all floating inputs are differentiated if none asks', () => {
    const [a, b] = [random(2).detach(), random(2)];
    expect(gradcheck((x, y) => mul(x, y), [a, b]).coverage.totalEntries).toBe(4);
    expect(gradcheck((x, y) => mul(x, y), [a, b.detach()]).coverage.totalEntries).toBe(8);
  });

  test('inputs and the default random stream are left as they were', () => {
    const x = double([1, 2]);
    x.grad = tensor([5, 6], { dtype: 'float64' });
    manualSeed(5);
    const expected = randn([2]).toArray();
    manualSeed(5);
    gradgradcheck(sin, [x]);
    expect(randn([2]).toArray()).toEqual(expected);
    expect(x.toArray()).toEqual([1, 2]);
    expect(x.grad?.toArray()).toEqual([5, 6]);
    expect(x.version).toBe(0);
  });

  test('empty inputs and outputs', () => {
    expect(gradcheck(sin, [random(0, 3)], { order: 2 }).verdict).toBe('pass');
    expect(gradcheck((x) => x.narrow(0, 0, 0), [random(2)], { order: 2 }).verdict).toBe('pass');
  });
});
