import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  manualSeed,
  rand,
  randLike,
  randnLike,
  tensor,
  zeros,
  type Tensor,
  type TensorData,
} from '../../src/index.ts';

const calls = {
  randLike: (x: Tensor) => randLike(x),
  randnLike: (x: Tensor) => randnLike(x),
  uniform_: (x: Tensor) => x.uniform_(),
  normal_: (x: Tensor) => x.normal_(),
  bernoulli_: (x: Tensor) => x.bernoulli_(),
  exponential_: (x: Tensor) => x.exponential_(),
};

// What PyTorch draws for tensors whose elements do not lie in order; written by scripts/golden/random_layouts.py.
type View =
  | ['transpose', number, number]
  | ['permute', number[]]
  | ['slice', number, number, number, number]
  | ['select', number, number]
  | ['diagonal']
  | ['expand', number[]];
interface Case {
  seed: number;
  shape: number[];
  views: View[];
  dtype: 'float32' | 'float64';
  call: keyof typeof calls;
  drawn: TensorData;
  after: number;
}
const cases = JSON.parse(readFileSync(join(__dirname, '../golden/random_layouts.json'), 'utf8')) as Case[];

function viewOf(x: Tensor, view: View): Tensor {
  switch (view[0]) {
    case 'transpose':
      return x.transpose(view[1], view[2]);
    case 'permute':
      return x.permute(view[1]);
    case 'slice':
      return x.slice(view[1], view[2], view[3], view[4]);
    case 'select':
      return x.select(view[1], view[2]);
    case 'diagonal':
      return x.diagonal();
    case 'expand':
      return x.expand(view[1]);
  }
}

function title({ call, dtype, shape, views, seed }: Case): string {
  return `${call} of ${dtype} ${JSON.stringify(shape)} seen by ${JSON.stringify(views)} (seed ${seed})`;
}

// Logarithms, sines and cosines may differ in the last bit in float64.
const ROUNDING = { float32: 0, float64: 1e-15 };

describe('Samples are drawn in the order of memory, as PyTorch’s are', () => {
  it.each(cases.map((c) => [title(c), c] as const))('for %s', (_, c) => {
    manualSeed(c.seed);
    const base = zeros(c.shape, { dtype: c.dtype });
    const drawn = calls[c.call](c.views.reduce(viewOf, base));
    const wanted = tensor(c.drawn, { dtype: c.dtype });
    const [got, numbers] = [drawn, wanted].map((x) => Array.from(x.contiguous().data));
    expect(drawn.shape).toEqual(wanted.shape);
    numbers.forEach((x, i) => {
      if (Math.abs(got[i] - x) > ROUNDING[c.dtype] * Math.abs(x)) {
        throw new Error(`element ${i} is ${got[i]}, PyTorch has ${x}`);
      }
    });
    expect(rand([1]).item()).toBe(c.after);
  });
});

it('What randLike gives is no view, in whatever order it is drawn: it can be modified in place under recording', () => {
  const weight = tensor([2, 3], { requiresGrad: true });
  for (const like of [zeros([4, 2]), zeros([2, 4]).t()]) {
    manualSeed(1);
    const x = randLike(like);
    const before = x.clone();
    x.mul_(weight).sum().backward();
    expect(weight.grad?.toArray()).toEqual(before.sum(0).toArray());
    weight.grad = null;
  }
});
