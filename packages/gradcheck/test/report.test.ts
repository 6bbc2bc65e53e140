/* What a report says, and that its reproducer reproduces. */
import { runInNewContext } from 'node:vm';
import * as core from '@retrograd/core';
import { mul, sin, tensor, type Tensor } from '@retrograd/core';
import * as gradcheckModule from '../src/index.ts';
import {
  assertGradients,
  checkGradient,
  formatReport,
  gradcheck,
  GradcheckError,
  type GradcheckReport,
} from '../src/index.ts';
import { formatMap } from '../src/heatMap.ts';

const double = (data: number | number[] | number[][]): Tensor =>
  tensor(data, { dtype: 'float64', requiresGrad: true });
const half = (x: Tensor): Tensor => x.mul(x.detach());

/** Runs the code of a reproducer. */
function run(report: Pick<GradcheckReport, 'reproducer'>, scope: object = {}): void {
  const code = (report.reproducer ?? '').replace(
    /^import \{ ([\w, ]+) \} from '@retrograd\/(\w+)';$/gm,
    'const { $1 } = $2;',
  );
  runInNewContext(`'use strict';\n${code}`, {
    core,
    gradcheck: gradcheckModule,
    console,
    Float64Array,
    ...scope,
  });
}

describe('a pass', () => {
  test('is one line', () => {
    const text = String(gradcheck((x) => sin(x), [double([1, 2])], { name: 'sine', order: 2 }));
    expect(text).toMatch(
      /^✓ sine: gradients agree \(full tier, orders 1 to 2, 8 of 8 entries, 2 points, \d+ invariants, [\d.]+ ms\)$/,
    );
  });
});

describe('a failure', () => {
  const report = gradcheck(half, [double([[1.5, 2], [3, 4]])], { seed: 7 }); // prettier-ignore
  const text = String(report);

  test('names function, output, input, worst entry, values, error, step, ratio, diagnosis and seed', () => {
    expect(text).toContain('✗ half: wrong gradient');
    expect(text).toMatch(/d out\[1, 1\] \/ d inputs\[0\]\[1, 1\]; 4 of 16 entries, this is the worst/);
    expect(text).toMatch(/analytic {2}4\n/);
    expect(text).toMatch(
      /numeric {3}8 ± \de-\d+ {2}\(step 0\.\d+\)|numeric {3}8 ± \d\.\de-\d+ {2}\(step 0\.\d+\)/,
    );
    expect(text).toMatch(/ratio {5}0\.5\n/);
    expect(text).toContain('diagnosis: half of what it should be');
    expect(text).toContain('seed: 7');
  });

  test('shows where in the Jacobian it is', () => {
    expect(text).toContain('Jacobian of half, 4 × 4');
    expect(text).toMatch(/│9···│\n\s*│·9··│\n\s*│··9·│\n\s*│···9│/);
  });

  test('has no colours unless they are asked for', () => {
    expect(text).not.toContain('\u001b[');
    expect(formatReport(report, { color: true })).toContain('\u001b[31m');
  });

  test('has a reproducer that fails in the same way when pasted', () => {
    expect(report.reproducer).toContain('const f = (x) => x.mul(x.detach());');
    expect(() => run(report)).toThrow(GradcheckError);
    const several = gradcheck(
      (x: { w: Tensor }, n: number, i: Tensor) =>
        x.w.indexSelect(0, i).mul(x.w.detach().indexSelect(0, i)).mul(n),
      [{ w: double([0.5, -0]) }, 3, tensor([1, 0, 1], { dtype: 'int32' })],
    );
    expect(() => run(several)).toThrow(/half of what it should be/);
  });

  test('of a plain function reproduces as well', () => {
    const plain = checkGradient({
      f: (x) => x.a * x.b[0],
      gradient: (x) => ({ a: x.b[0], b: [-x.a] }),
      at: { a: 2, b: [3] },
    });
    expect(plain.reproducer).toContain('checkGradient');
    const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    run(plain);
    expect(log.mock.calls.join()).toContain('sign flipped');
    log.mockRestore();
  });

  test('is thrown by assertGradients, with the report', () => {
    const caught = ((): unknown => {
      try {
        assertGradients(half, [double([1])]);
      } catch (error) {
        return error;
      }
      return null;
    })();
    if (!(caught instanceof GradcheckError)) throw new Error('nothing was thrown');
    expect(caught.report.verdict).toBe('fail');
    expect(caught.message).toBe(String(caught.report));
    expect(assertGradients(sin, [double([1])]).verdict).toBe('pass');
  });
});

describe('inconclusive', () => {
  const nowhere = (x: Tensor): Tensor => x.log();
  test('is not accepted unless allowed', () => {
    expect(() => assertGradients(nowhere, [double([-1])])).toThrow(GradcheckError);
    expect(assertGradients(nowhere, [double([-1])], { allowInconclusive: true }).verdict).toBe(
      'inconclusive',
    );
    expect(String(gradcheck(nowhere, [double([-1])]))).toMatch(/^\? nowhere: inconclusive/);
  });
});

describe('the heat map', () => {
  const whole = [{ name: 'x', start: 0 }];

  test('puts large Jacobians into a small picture without losing a wrong entry', () => {
    const errors = new Array<number>(200 * 300).fill(0);
    errors[150 * 300 + 299] = 1e4;
    const map = { title: 'J', rows: 200, cols: 300, outputs: whole, inputs: whole, errors };
    const [title, ...lines] = formatMap(map);
    const key = lines.pop();
    expect(title).toBe('J, 200 × 300: rows x; columns x');
    expect(key).toBe('· right, 1-9 wrong by that power of ten; a character is up to 13 × 5 entries');
    expect(lines.length).toBeLessThanOrEqual(16);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(66);
    expect(lines.join('').replace(/[│·]/g, '')).toBe('4');
  });

  test('tells inputs and outputs apart', () => {
    const outputs = [{ name: 'out[0]', start: 0 }, { name: 'out[1]', start: 1 }]; // prettier-ignore
    const inputs = [{ name: 'a', start: 0 }, { name: 'b', start: 2 }]; // prettier-ignore
    expect(formatMap({ title: 'J', rows: 2, cols: 3, outputs, inputs, errors: [0, 100, 0, 0, NaN, 1] })).toEqual([
      'J, 2 × 3: rows out[0], out[1]; columns a ┊ b',
      '│·2┊·│',
      '├┈┈┼┈┤',
      '│·9┊·│',
      '· right, 1-9 wrong by that power of ten',
    ]); // prettier-ignore
  });
});

describe('what is only a consequence', () => {
  test('of a wrong gradient is named in one line, after it', () => {
    const text = String(gradcheck(half, [double([[1.5, 2], [3, 4]])])); // prettier-ignore
    expect(text).toMatch(/also broken, perhaps only because of that: dims of size 0 and 1 work\n/);
    expect(text).not.toMatch(/broken: dims/);
  });

  test('of a function that is never the same twice is all the rest', () => {
    let calls = 0;
    const report = gradcheck((x: Tensor) => x.sin().mul(++calls), [double([1, 2])]);
    const first = report.failures[0];
    expect(first).toMatchObject({
      kind: 'invariant',
      invariant: 'two runs agree bit for bit',
      consequence: false,
    });
    expect(String(report)).toMatch(
      /broken: two runs agree bit for bit\n.*after many runs at the same inputs, out\[0\] is .*\n.*usual cause: random numbers/,
    );
    expect(String(report).match(/broken: /g)).toHaveLength(1);
  });

  test('is not what stands alone', () => {
    const odd = (x: Tensor): Tensor => (x.shape[0] === 1 ? half(x) : x.square());
    const report = gradcheck(odd, [double([[1.5, 2], [3, 4]])]); // prettier-ignore
    expect(report.failures).toMatchObject([{ invariant: 'dims of size 0 and 1 work', consequence: false }]);
    expect(String(report)).toMatch(
      /✗ odd: an invariant is broken\n\n {2}broken: dims of size 0 and 1 work\n/,
    );
  });
});

describe('a reproducer', () => {
  test('of a module has the parameters it had, and needs no more than how it was made', () => {
    class Doubled {
      readonly weight = double([0.5, -0.25]);
      forward(x: Tensor): Tensor {
        return half(x.mul(this.weight));
      }
      namedParameters(): [string, Tensor][] {
        return [['weight', this.weight]];
      }
    }
    const report = gradcheck(new Doubled(), [double([1, 2])]);
    const text = report.reproducer ?? '';
    expect(text).toContain('const f = new Doubled(/* its arguments */);');
    expect(() => run({ ...report, reproducer: text }, { Doubled })).toThrow(/half of what it should be/);
    // At small integers, where the exact tier found it.
    expect(text).toContain('"weight": tensor([1, -1], { dtype: \'float64\' }),');
  });

  test('draws large tensors anew', () => {
    const report = gradcheck(half, [core.randn([20, 10], { dtype: 'float64' })]);
    expect(report.reproducer).toContain("randn([20,10], { dtype: 'float64', requiresGrad: true })");
    expect(() => run(report)).toThrow(/half of what it should be/);
  });
});

describe('a diagnosis', () => {
  const rule = (forward: (...xs: Tensor[]) => Tensor, backward: (g: Tensor, ...xs: Tensor[]) => Tensor[]) => {
    class Wrong extends core.autograd.Function {
      static override forward(ctx: core.FunctionContext, ...xs: Tensor[]): Tensor {
        ctx.saveForBackward(...xs);
        return forward(...xs);
      }
      static override backward(ctx: core.FunctionContext, g: Tensor): Tensor[] {
        return backward(g, ...(ctx.savedTensors as Tensor[]));
      }
    }
    return (...xs: Tensor[]): Tensor => Wrong.apply(...xs);
  };
  const matrix = double([[0.3, 1.2, -0.7], [0.9, -1.4, 0.8]]); // prettier-ignore
  const row = double([0.4, -1.1, 0.6]);
  const cases: [string, (...xs: Tensor[]) => Tensor, Tensor[]][] = [
    ['sign flipped', rule((x) => x.sin(), (g, x) => [g.mul(x.cos()).neg()]), [matrix]],
    ['twice too large', rule((x) => x.sin(), (g, x) => [g.mul(x.cos()).mul(2)]), [matrix]],
    ['half of what it should be', rule((x) => x.square(), (g, x) => [g.mul(x)]), [matrix]],
    ['3 times too small', rule((x) => x.mul(3).sin(), (g, x) => [g.mul(x.mul(3).cos())]), [matrix]],
    ['off by a constant factor 0.7', rule((x) => x.sin(), (g, x) => [g.mul(x.cos()).mul(0.7)]), [matrix]],
    ['zero where it should not be', rule((x) => x.sin(), (g) => [g.mul(0)]), [matrix]],
    ['not zero where it should be', rule((x) => x.mul(0), (g) => [g.clone()]), [row]],
    ['looks reshaped instead of transposed', rule((x) => x.t(), (g) => [g.reshape([2, 3])]), [matrix]],
    ['shifted by one along dim 0', rule((x) => x.sin(), (g, x) => [g.mul(x.cos()).roll(1, 0)]), [row]],
    ['backwards along dim 0', rule((x) => x.mul(core.tensor([1, 2, 5], { dtype: 'float64' })).flip([0]), (g) => [g.mul(core.tensor([5, 2, 1], { dtype: 'float64' }))]), [row]],
    ['not reduced over broadcast dim 0 (only index 0 counts)', rule((a, b) => mul(a, b), (g, a, b) => [g.mul(b), g.mul(a).select(0, 0)]), [matrix, row]],
    ['the mean and not the sum over broadcast dim 0', rule((a, b) => mul(a, b), (g, a, b) => [g.mul(b), g.mul(a).mean(0)]), [matrix, row]],
    ['only at the edges of dim 0 of the input', rule((x) => x.sin(), (g, x) => [g.mul(x.cos()).mul(core.tensor([0.3, 1, 2.2], { dtype: 'float64' }))]), [row]],
    ['only this entry is wrong', rule((x) => x.sin(), (g, x) => [g.mul(x.cos()).mul(core.tensor([1, 1, 2.2], { dtype: 'float64' }))]), [row]],
    ['NaN where it should be 1', rule((x) => x.mul(1), (g) => [g.mul(NaN)]), [row]],
  ]; // prettier-ignore
  test.each(cases)('%s', (words, f, inputs) => {
    const { failures } = gradcheck(f, inputs, { invariants: false });
    expect(failures.flatMap((one) => (one.kind === 'gradient' ? one.diagnosis : []))).toContain(words);
  });
});
