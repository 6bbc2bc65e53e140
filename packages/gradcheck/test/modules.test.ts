/* Modules: anything with `forward` and `namedParameters`. */
import {
  autograd, dropout, Generator, linear, noGrad, randn, tanh, tensor, type FunctionContext, type Tensor,
} from '@retrograd/core'; // prettier-ignore
import { gradcheck, gradgradcheck, type ModuleLike } from '../src/index.ts';

const generator = new Generator(3);
const normal = (...shape: number[]): Tensor => randn(shape, { generator });

/** A layer of float32 parameters, a buffer that it changes, and dropout. */
class Layer implements ModuleLike {
  readonly weight = normal(3, 4).requiresGrad_();
  readonly bias = normal(3).requiresGrad_();
  readonly frozen = normal(3);
  readonly calls = tensor([0]);

  forward(x: Tensor): Tensor {
    this.calls.add_(1);
    return dropout(tanh(linear(x, this.weight, this.bias).mul(this.frozen)), { p: 0.4 });
  }

  namedParameters(): [string, Tensor][] {
    return [['weight', this.weight], ['bias', this.bias], ['frozen', this.frozen]]; // prettier-ignore
  }

  namedBuffers(): [string, Tensor][] {
    return [['calls', this.calls]];
  }
}

/** Forgets that the bias is used. */
class Forgetful extends Layer {
  override forward(x: Tensor): Tensor {
    return tanh(linear(x, this.weight, this.bias.detach()));
  }
}

test('parameters are checked with the inputs, in float64, and come back as they were', () => {
  const layer = new Layer();
  const state = (): string =>
    JSON.stringify(
      [...layer.namedParameters(), ...layer.namedBuffers()].map(([, p]) => [
        p.dtype,
        p.toArray(),
        p.requiresGrad,
        p.grad,
      ]),
    );
  const before = state();
  const storages = layer.namedParameters().map(([, p]) => p.storage);
  const report = gradgradcheck(layer, [normal(5, 4)]);
  expect(report).toMatchObject({ verdict: 'pass', name: 'Layer' });
  expect(state()).toBe(before);
  expect(layer.namedParameters().map(([, p]) => p.storage)).toEqual(storages);
  // 5 × 3 outputs by 12 + 3 parameters (the input does not ask), then the gradient by these and the cotangent.
  expect(report.coverage.totalEntries).toBe(15 * 15 + (15 + 15));
});

/** Subtracts a mean over all its calls, which makes it another function every time. */
class Drifting implements ModuleLike {
  readonly weight = normal(4).requiresGrad_();
  readonly mean = tensor([0, 0, 0, 0]);
  readonly calls = tensor(0, { dtype: 'int32' });

  forward(x: Tensor): Tensor {
    this.calls.add_(1);
    noGrad(() => this.mean.mul_(0.9).add_(x.mean(0).mul(0.1)));
    return x.sub(this.mean.clone()).mul(this.weight).tanh();
  }

  namedParameters(): [string, Tensor][] {
    return [['weight', this.weight]];
  }

  namedBuffers(): [string, Tensor][] {
    return [['mean', this.mean], ['calls', this.calls]]; // prettier-ignore
  }
}

test('every call starts from the same buffers, and they come back as they were', () => {
  const layer = new Drifting();
  layer.forward(normal(5, 4));
  const [mean, { storage }] = [layer.mean.toArray(), layer.mean];
  // To the tape the running mean is a constant, which is right for the parameter's gradient only.
  expect(gradgradcheck(layer, [normal(5, 4)])).toMatchObject({ verdict: 'pass' });
  expect(layer.mean.toArray()).toEqual(mean);
  expect(layer.mean).toMatchObject({ storage, dtype: 'float32' });
  expect(layer.calls.item()).toBe(1);
});

test('the same module without its buffers listed is found to change from call to call', () => {
  class Unlisted extends Drifting {
    override namedBuffers(): [string, Tensor][] {
      return [];
    }
  }
  const { verdict, failures } = gradcheck(new Unlisted(), [normal(5, 4)]);
  expect(verdict).toBe('fail');
  expect(failures[0]).toMatchObject({ kind: 'invariant' });
});

test('dims of size 1 are checked with the parameters that the run had', () => {
  expect(gradcheck(new Layer(), [normal(5, 4).requiresGrad_()]).invariants).toEqual(
    expect.arrayContaining(['dims of size 0 and 1 work', 'runs do not share what they saved']),
  );
});

/** Keeps for its gradient what the last call saw, not what each call saw. */
class Stale extends Layer {
  #last: Tensor | null = null;

  override forward(x: Tensor): Tensor {
    const y = tanh(linear(x, this.weight, this.bias));
    this.#last = this.weight.detach().clone();
    return Scaled.apply(y, () => this.#last as Tensor);
  }
}

/** y times the sum of a constant, which is asked for again when the gradient is. */
class Scaled extends autograd.Function {
  static override forward(ctx: FunctionContext, y: Tensor, last: () => Tensor): Tensor {
    ctx['last'] = last;
    return y.mul(last().sum());
  }
  static override backward(ctx: FunctionContext, g: Tensor): [Tensor, null] {
    return [g.mul((ctx['last'] as () => Tensor)().sum()), null];
  }
}

test('a module whose runs share what they saved is caught', () => {
  const { failures } = gradcheck(new Stale(), [normal(5, 4)]);
  expect(failures.map((one) => one.kind === 'invariant' && one.invariant)).toContain(
    'runs do not share what they saved',
  );
});

test('a parameter whose gradient is lost is named', () => {
  const report = gradcheck(new Forgetful(), [normal(2, 4).requiresGrad_()]);
  expect(report.verdict).toBe('fail');
  const [finding] = report.failures;
  if (finding?.kind !== 'gradient') throw new Error(`no wrong gradient:\n${String(report)}`);
  expect(finding.place.input).toBe('bias');
  expect(finding.diagnosis).toContain('zero where it should not be');
  expect(report.reproducer).toContain('new Forgetful(');
});

test('a module that throws is left as it was too', () => {
  const layer = new Layer();
  const [before, { storage, dtype }] = [layer.weight.toArray(), layer.weight];
  expect(() => gradcheck(layer, [normal(5, 7)])).toThrow(/Layer: f threw/);
  expect(layer.weight).toMatchObject({ storage, dtype });
  expect(layer.weight.toArray()).toEqual(before);
});
