/* Modules: anything with `forward` and `namedParameters`. */
import { dropout, Generator, linear, randn, tanh, tensor, type Tensor } from '@retrograd/core';
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

test('a parameter whose gradient is lost is named', () => {
  const report = gradcheck(new Forgetful(), [normal(2, 4).requiresGrad_()]);
  expect(report.verdict).toBe('fail');
  expect(report.failures[0]).toMatchObject({
    place: { input: 'bias' },
    diagnosis: expect.arrayContaining(['zero where it should not be']),
  });
  expect(report.reproducer).toContain('new Forgetful(');
});

test('a module that throws is left as it was too', () => {
  const layer = new Layer();
  const [before, { storage, dtype }] = [layer.weight.toArray(), layer.weight];
  expect(() => gradcheck(layer, [normal(5, 7)])).toThrow(/Layer: f threw/);
  expect(layer.weight).toMatchObject({ storage, dtype });
  expect(layer.weight.toArray()).toEqual(before);
});
