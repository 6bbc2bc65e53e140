import { manualSeed, ones, randn, tensor, zeros, type Tensor } from '@retrograd/core';
import * as nn from '../src/index.ts';
import { elements } from './build.ts';

beforeEach(() => manualSeed(5));

function expectClose(actual: Tensor, wanted: Tensor): void {
  expect(actual.shape).toEqual(wanted.shape);
  const expected = elements(wanted);
  elements(actual).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5));
}

describe('Attention', () => {
  it('gives weights that sum to 1, none to what is masked', () => {
    const attention = new nn.MultiheadAttention(4, 2, { batchFirst: true });
    const x = randn([2, 3, 4]);
    const keyPaddingMask = tensor([[false, false, true], [false, false, false]]); // prettier-ignore
    const [, weights] = attention.forward(x, x, x, { keyPaddingMask });
    for (const sum of elements(weights?.sum(2) ?? zeros([1]))) expect(sum).toBeCloseTo(1, 5);
    const hidden = weights?.select(0, 0).select(1, 2) ?? ones([1]);
    expect(elements(hidden)).toEqual([0, 0, 0]);
  });

  it('understands a bool mask and its numbers alike', () => {
    const attention = new nn.MultiheadAttention(4, 2);
    const x = randn([3, 2, 4]);
    const causal = nn.Transformer.generateSquareSubsequentMask(3);
    const [numbers] = attention.forward(x, x, x, { attnMask: causal });
    const [bools] = attention.forward(x, x, x, { attnMask: causal.ne(0) });
    expect(elements(numbers)).toEqual(elements(bools));
    // The first position sees itself only.
    const [alone] = attention.forward(x.narrow(0, 0, 1), x.narrow(0, 0, 1), x.narrow(0, 0, 1));
    expectClose(numbers.narrow(0, 0, 1), alone);
  });

  it('computes the same in either order of dims, and without a batch', () => {
    const [first, second] = [
      new nn.MultiheadAttention(4, 2),
      new nn.MultiheadAttention(4, 2, { batchFirst: true }),
    ];
    second.loadStateDict(first.stateDict());
    const [query, memory] = [randn([3, 2, 4]), randn([5, 2, 4])];
    const [a] = first.forward(query, memory, memory);
    const [turned, turnedMemory] = [query.transpose(0, 1), memory.transpose(0, 1)];
    expectClose(second.forward(turned, turnedMemory, turnedMemory)[0].transpose(0, 1), a);
    const [q, m] = [query.select(1, 1), memory.select(1, 1)];
    expectClose(first.forward(q, m, m)[0], a.select(1, 1));
  });

  it('computes the same for one tensor as for three equal ones', () => {
    const attention = new nn.MultiheadAttention(4, 2);
    const x = randn([3, 2, 4]);
    const [packed, weights] = attention.forward(x, x, x);
    const [apart, others] = attention.forward(x, x.clone(), x.clone());
    expectClose(packed, apart);
    expectClose(weights ?? zeros([]), others ?? ones([]));
  });

  it('drops weights in training mode only', () => {
    const attention = new nn.MultiheadAttention(4, 2, { dropout: 0.5 });
    const x = randn([6, 2, 4]);
    expect(elements(attention.forward(x, x, x)[0])).not.toEqual(elements(attention.forward(x, x, x)[0]));
    attention.eval();
    expect(elements(attention.forward(x, x, x)[0])).toEqual(elements(attention.forward(x, x, x)[0]));
  });

  const attend = (query: Tensor, key: Tensor, options?: nn.AttendOptions): unknown =>
    new nn.MultiheadAttention(4, 2).forward(query, key, key, options);
  const [q, k] = [ones([3, 2, 4]), ones([5, 2, 4])];
  it.each([
    [
      'heads that do not divide the size',
      () => new nn.MultiheadAttention(4, 3),
      'MultiheadAttention: embed_dim must be divisible by num_heads: 4 by 3',
    ],
    [
      'no heads',
      () => new nn.MultiheadAttention(4, 0),
      'MultiheadAttention: numHeads must be a positive integer, got 0',
    ],
    [
      'keys of size 0',
      () => new nn.MultiheadAttention(4, 2, { kdim: 0 }),
      'MultiheadAttention: kdim must be',
    ],
    [
      'a flag that is none',
      () => new nn.MultiheadAttention(4, 2, { addBiasKv: 1 as never }),
      'addBiasKv must be a boolean',
    ],
    [
      'a dropout above 1',
      () => new nn.MultiheadAttention(4, 2, { dropout: 1.1 }),
      'dropout probability has to be between 0 and 1',
    ],
    [
      'a vector',
      () => attend(ones([4]), ones([4])),
      'query should be unbatched 2D or batched 3D tensor but received 1-D',
    ],
    [
      'keys without a batch',
      () => attend(q, ones([5, 4])),
      'For batched (3-D) query, expected key and value to be 3-D but found 2-D',
    ],
    [
      'queries of another size',
      () => attend(ones([3, 2, 3]), k),
      'was expecting embedding dimension of 4, but got 3',
    ],
    ['keys of another size', () => attend(q, ones([5, 2, 3])), 'was expecting key dimension of 4, but got 3'],
    [
      'another number of keys in a batch',
      () => attend(q, ones([5, 3, 4])),
      'the batch sizes of query and key differ: 2 ≠ 3',
    ],
    [
      'fewer values than keys',
      () => new nn.MultiheadAttention(4, 2).forward(q, k, q),
      "key's sequence and batch dims [5, 2] do not match value's [3, 2]",
    ],
    [
      'a mask of another shape',
      () => attend(q, k, { attnMask: zeros([5, 3]) }),
      'The shape of the 2D attn_mask is [5, 3], but should be [3, 5]',
    ],
    [
      'a mask per head of another shape',
      () => attend(q, k, { attnMask: zeros([2, 3, 5]) }),
      'The shape of the 3D attn_mask is [2, 3, 5], but should be [4, 3, 5]',
    ],
    [
      'a padding mask of another shape',
      () => attend(q, k, { keyPaddingMask: zeros([5, 2]) }),
      'The shape of the 2D key_padding_mask is [5, 2], but should be [2, 5]',
    ],
    [
      'a mask of integers',
      () => attend(q, k, { attnMask: zeros([3, 5], { dtype: 'int32' }) }),
      'only bool and floating types of attn_mask are supported, got int32',
    ],
  ])('refuses %s', (_, act: () => unknown, message) => {
    expect(act).toThrow(message);
  });
});

const small = { dimFeedforward: 3, dropout: 0 };

describe('A transformer', () => {
  it('has layers that start equal and are trained apart', () => {
    const layer = new nn.TransformerEncoderLayer(4, 2, small);
    const encoder = new nn.TransformerEncoder(layer, 2);
    const state = encoder.stateDict();
    for (const [key, x] of Object.entries(layer.stateDict()))
      for (const i of [0, 1]) expect(elements(state[`layers.${i}.${key}`])).toEqual(elements(x));
    expect(encoder.parameters()).toHaveLength(2 * layer.parameters().length);
    const y = encoder.forward(randn([3, 2, 4]));
    y.mul(randn(y.shape)).sum().backward();
    const [a, b] = [0, 1].map((i) => encoder.layers.get(i).parameters()[0].grad);
    expect(elements(a ?? zeros([1]))).not.toEqual(elements(b ?? zeros([1])));
    expect(layer.parameters().every(({ grad }) => grad === null)).toBe(true);
  });

  it('does not see later positions through a causal mask', () => {
    const decoder = new nn.TransformerDecoder(new nn.TransformerDecoderLayer(4, 2, small), 2);
    const [memory, tgt] = [randn([5, 1, 4]), randn([4, 1, 4])];
    const tgtMask = nn.Transformer.generateSquareSubsequentMask(4);
    const whole = decoder.forward(tgt, memory, { tgtMask });
    const start = decoder.forward(tgt.narrow(0, 0, 2), memory, {
      tgtMask: nn.Transformer.generateSquareSubsequentMask(2),
    });
    expectClose(whole.narrow(0, 0, 2), start);
  });

  it('takes one mask alone, as PyTorch does by position', () => {
    const encoder = new nn.TransformerEncoder(new nn.TransformerEncoderLayer(4, 2, small), 1);
    const [x, mask] = [randn([3, 2, 4]), nn.Transformer.generateSquareSubsequentMask(3)];
    expect(elements(encoder.forward(x, mask))).toEqual(elements(encoder.forward(x, { mask })));
    const layer = encoder.layers.get(0);
    expect(elements(layer.forward(x, { srcMask: mask }))).toEqual(elements(encoder.forward(x, mask)));
    const first = new nn.TransformerEncoderLayer(4, 2, small);
    expect(elements(first.forward(x, mask))).toEqual(elements(first.forward(x, { srcMask: mask })));
  });

  it('takes a function or a module for its activation', () => {
    const byName = new nn.TransformerEncoderLayer(4, 2, { ...small, activation: 'gelu' });
    const byFunction = new nn.TransformerEncoderLayer(4, 2, { ...small, activation: (x) => x.gelu() });
    const byModule = new nn.TransformerEncoderLayer(4, 2, { ...small, activation: new nn.GELU() });
    const x = randn([3, 2, 4]);
    for (const other of [byFunction, byModule]) {
      other.loadStateDict(byName.stateDict());
      expect(elements(other.forward(x))).toEqual(elements(byName.forward(x)));
    }
    expect(String(byModule)).toContain("(activation): GELU(approximate='none')");
  });

  it('takes an encoder and a decoder of one’s own', () => {
    const customEncoder = new nn.TransformerEncoder(new nn.TransformerEncoderLayer(4, 1, small), 1);
    const model = new nn.Transformer(4, 2, { ...small, customEncoder, numDecoderLayers: 1 });
    expect(model.encoder).toBe(customEncoder);
    expect(model.forward(randn([3, 2, 4]), randn([2, 2, 4])).shape).toEqual([2, 2, 4]);
  });

  it('makes a mask of −∞ above the diagonal', () => {
    expect(nn.Transformer.generateSquareSubsequentMask(3).toArray()).toEqual([
      [0, -Infinity, -Infinity],
      [0, 0, -Infinity],
      [0, 0, 0],
    ]);
    expect(nn.Transformer.generateSquareSubsequentMask(2, { dtype: 'float64' }).dtype).toBe('float64');
  });

  const model = (): nn.Transformer =>
    new nn.Transformer(4, 2, { ...small, numEncoderLayers: 1, numDecoderLayers: 1 });
  it.each([
    [
      'an unknown activation',
      () => new nn.TransformerEncoderLayer(4, 2, { activation: 'elu' as never }),
      'activation should be relu/gelu, not elu',
    ],
    [
      'heads that do not divide the size',
      () => new nn.TransformerDecoderLayer(4, 3),
      'embed_dim must be divisible by num_heads',
    ],
    [
      'a flag that is none',
      () => new nn.TransformerEncoderLayer(4, 2, { normFirst: 1 as never }),
      'TransformerEncoderLayer: normFirst must be a boolean',
    ],
    [
      'half a layer',
      () => new nn.TransformerEncoder(new nn.TransformerEncoderLayer(4, 2, small), 0.5),
      'TransformerEncoder: numLayers must be',
    ],
    [
      'a mask of size -1',
      () => nn.Transformer.generateSquareSubsequentMask(-1),
      'size must be a non-negative integer',
    ],
    [
      'batches of different sizes',
      () => model().forward(ones([3, 2, 4]), ones([3, 1, 4])),
      'the batch number of src and tgt must be equal: 2 ≠ 1',
    ],
    [
      'vectors of another size',
      () => model().forward(ones([3, 2, 4]), ones([3, 2, 5])),
      'the feature number of src and tgt must be equal to d_model: 4 and 5, not 4',
    ],
  ])('refuses %s', (_, act: () => unknown, message) => {
    expect(act).toThrow(message);
  });
});
