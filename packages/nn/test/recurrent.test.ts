import { manualSeed, ones, randn, zeros, type Tensor } from '@retrograd/core';
import * as nn from '../src/index.ts';
import { elements } from './build.ts';

const float64 = { dtype: 'float64' } as const;

function expectSame(actual: Tensor, wanted: Tensor): void {
  expect(actual.shape).toEqual(wanted.shape);
  const expected = elements(wanted);
  elements(actual).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12));
}

beforeEach(() => manualSeed(3));

describe('A recurrent layer', () => {
  it('does what its cell does, step by step', () => {
    const x = randn([5, 2, 3], float64);
    const weights = (layer: nn.Module, cell: nn.Module): void => {
      const state = Object.entries(layer.stateDict());
      cell.loadStateDict(Object.fromEntries(state.map(([key, value]) => [key.replace('_l0', ''), value])));
    };
    const [gru, gruCell] = [new nn.GRU(3, 4, float64), new nn.GRUCell(3, 4, float64)];
    weights(gru, gruCell);
    let h = zeros([2, 4], float64);
    for (const step of x.unbind(0)) h = gruCell.forward(step, h);
    expectSame(gru.forward(x)[1].select(0, 0), h);
    const [lstm, lstmCell] = [new nn.LSTM(3, 4, float64), new nn.LSTMCell(3, 4, float64)];
    weights(lstm, lstmCell);
    let state = lstmCell.forward(x.select(0, 0));
    for (const step of x.unbind(0).slice(1)) state = lstmCell.forward(step, state);
    const [, [hn, cn]] = lstm.forward(x);
    expectSame(hn.select(0, 0), state[0]);
    expectSame(cn.select(0, 0), state[1]);
  });

  it('refuses one state where there are two, and so does its cell', () => {
    const h = zeros([2, 4]);
    expect(() => new nn.LSTM(3, 4).forward(zeros([1, 2, 3]), h.unsqueeze(0) as never)).toThrow(
      'LSTM: expected hx to be [h0, c0]',
    );
    expect(() => new nn.LSTMCell(3, 4).forward(zeros([2, 3]), h as never)).toThrow(
      'LSTMCell: expected hx to be [h0, c0]',
    );
  });

  it('goes on from the state it has left', () => {
    const lstm = new nn.LSTM(3, 4, 2, float64);
    const x = randn([6, 2, 3], float64);
    const [whole, [hn]] = lstm.forward(x);
    const [first, state] = lstm.forward(x.narrow(0, 0, 4));
    const [second, [last]] = lstm.forward(x.narrow(0, 4, 2), state);
    expectSame(whole.narrow(0, 0, 4), first);
    expectSame(whole.narrow(0, 4, 2), second);
    expectSame(hn, last);
  });

  it('reads the reversed sequence in its second direction', () => {
    const rnn = new nn.RNN(3, 2, { bidirectional: true, ...float64 });
    const forwards = new nn.RNN(3, 2, float64);
    const state = Object.entries(rnn.stateDict()).filter(([key]) => key.endsWith('_reverse'));
    forwards.loadStateDict(Object.fromEntries(state.map(([key, x]) => [key.replace('_reverse', ''), x])));
    const x = randn([4, 2, 3], float64);
    expectSame(rnn.forward(x)[0].narrow(2, 2, 2), forwards.forward(x.flip([0]))[0].flip([0]));
  });

  it('drops outputs between layers in training mode only', () => {
    const gru = new nn.GRU(3, 8, 2, { dropout: 0.5 });
    const x = randn([4, 2, 3]);
    const [first, second] = [gru.forward(x)[0], gru.forward(x)[0]];
    expect(elements(first)).not.toEqual(elements(second));
    gru.eval();
    expect(elements(gru.forward(x)[0])).toEqual(elements(gru.forward(x)[0]));
    const single = new nn.GRU(3, 8, { dropout: 0.5 });
    expect(elements(single.forward(x)[0])).toEqual(elements(single.forward(x)[0]));
  });

  it('has its parameters as fields, under PyTorch’s names', () => {
    const lstm = new nn.LSTM(3, 4, 11, { bidirectional: true });
    expect(lstm.weightIhL0.shape).toEqual([16, 3]);
    expect(lstm.weightHhL10Reverse.shape).toEqual([16, 4]);
    expect(Object.keys(lstm.stateDict())).toContain('bias_hh_l10_reverse');
    expect(lstm.parameters()).toHaveLength(88);
  });

  it('takes its options alone or after the number of layers', () => {
    const a = new nn.GRU(3, 4, 2, { batchFirst: true });
    const b = new nn.GRU(3, 4, { numLayers: 2, batchFirst: true });
    expect(String(a)).toBe(String(b));
    expect(String(new nn.RNN(3, 4))).toBe('RNN(3, 4)');
  });

  it('takes a batch of no sequences', () => {
    const [output, hn] = new nn.GRU(3, 4).forward(zeros([5, 0, 3]));
    expect([output.shape, hn.shape]).toEqual([[5, 0, 4], [1, 0, 4]]); // prettier-ignore
  });

  it('can be differentiated where only some of its results are used', () => {
    const lstm = new nn.LSTM(3, 4);
    const [, [, cn]] = lstm.forward(randn([5, 2, 3]));
    cn.mul(randn(cn.shape)).sum().backward();
    expect(lstm.parameters().every(({ grad }) => grad !== null)).toBe(true);
  });

  const rnn = (): nn.RNN => new nn.RNN(3, 4, 2);
  it.each([
    ['inputs of size -1', () => new nn.LSTM(-1, 4), 'LSTM: inputSize must be a non-negative integer, got -1'],
    ['no hidden units', () => new nn.GRU(3, 0), 'GRU: hiddenSize must be a positive integer, got 0'],
    ['no layers', () => new nn.RNN(3, 4, 0), 'RNN: numLayers must be a positive integer, got 0'],
    [
      'a dropout above 1',
      () => new nn.RNN(3, 4, { dropout: 2 }),
      'dropout should be a number in range [0, 1]',
    ],
    ['a dropout that is no number', () => new nn.RNN(3, 4, { dropout: true as never }), 'got true'],
    [
      'a flag that is none',
      () => new nn.RNN(3, 4, { batchFirst: 1 as never }),
      'RNN: batchFirst must be a boolean',
    ],
    [
      'an unknown nonlinearity',
      () => new nn.RNN(3, 4, { nonlinearity: 'elu' as never }),
      'RNN: nonlinearity must be one of tanh, relu',
    ],
    [
      'a projection that is no smaller',
      () => new nn.LSTM(3, 4, { projSize: 4 }),
      'LSTM: proj_size has to be smaller than hidden_size',
    ],
    [
      'an unknown nonlinearity of a cell',
      () => new nn.RNNCell(3, 4, { nonlinearity: 'elu' as never }),
      'RNNCell: nonlinearity must be one of',
    ],
    ['a cell without units', () => new nn.LSTMCell(3, 0), 'LSTMCell: hiddenSize must be a positive integer'],
    [
      'a vector',
      () => rnn().forward(ones([3])),
      'RNN: Expected input to be 2-D or 3-D but received 1-D tensor',
    ],
    [
      'vectors of another size',
      () => rnn().forward(ones([5, 2, 4])),
      'input.size(-1) must be equal to input_size. Expected 3, got 4',
    ],
    ['no steps', () => rnn().forward(ones([0, 2, 3])), 'Expected sequence length to be larger than 0'],
    [
      'a state of another size',
      () => rnn().forward(ones([5, 2, 3]), ones([2, 1, 4])),
      'RNN: Expected hidden size (2, 2, 4), got [2, 1, 4]',
    ],
    [
      'a state without batch for a batch',
      () => rnn().forward(ones([5, 2, 3]), ones([2, 4])),
      'For batched 3-D input, hx should also be 3-D but got 2-D tensor',
    ],
    [
      'a state with batch for one sequence',
      () => rnn().forward(ones([5, 3]), ones([2, 1, 4])),
      'For unbatched 2-D input, hx should also be 2-D but got 3-D tensor',
    ],
    [
      'a cell state of another size',
      () => new nn.LSTM(3, 4).forward(ones([5, 2, 3]), [ones([1, 2, 4]), ones([1, 2, 3])]),
      'LSTM: Expected hidden[1] size (1, 2, 4), got [1, 2, 3]',
    ],
    [
      'one state where there are two',
      () => new nn.LSTM(3, 4).forward(ones([5, 2, 3]), ones([1, 2, 4]) as never),
      'LSTM: expected hx to be [h0, c0]',
    ],
    [
      'batches of sequences in a cell',
      () => new nn.GRUCell(3, 4).forward(ones([5, 2, 3])),
      'GRUCell: Expected input to be 1-D or 2-D but received 3-D tensor',
    ],
    [
      'vectors of another size in a cell',
      () => new nn.GRUCell(3, 4).forward(ones([5, 2])),
      'GRUCell: input has inconsistent input_size: got 2 expected 3',
    ],
    [
      'a state of another size in a cell',
      () => new nn.GRUCell(3, 4).forward(ones([5, 3]), ones([5, 3])),
      'GRUCell: hidden0 has inconsistent hidden_size: got [5, 3] expected [5, 4]',
    ],
  ])('refuses %s', (_, act: () => unknown, message) => {
    expect(act).toThrow(message);
  });
});
