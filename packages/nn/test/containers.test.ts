import { ones, type Tensor } from '@retrograd/core';
import * as nn from '../src/index.ts';

describe('A Sequential', () => {
  const make = (): nn.Sequential<readonly [nn.Linear, nn.ReLU, nn.Linear]> =>
    new nn.Sequential(new nn.Linear(2, 4), new nn.ReLU(), new nn.Linear(4, 1));

  it('feeds each layer what the one before gives', () => {
    const model = make();
    const x = ones([3, 2]);
    const y = model.get(2).forward(model.get(0).forward(x).relu());
    expect(model.forward(x).toArray()).toEqual(y.toArray());
    expect(new nn.Sequential().forward(x)).toBe(x);
  });

  it('is indexed from both ends, with exact types, measured and iterated', () => {
    const model = make();
    const last: nn.Linear = model.get(2);
    const plain: nn.Sequential = model;
    expect(plain.get(2)).toBe(last);
    expect([last.inFeatures, model.get(-1), model[2]]).toEqual([4, last, last]);
    expect(model.length).toBe(3);
    expect([...model]).toEqual([model.get(0), model.get(1), model.get(2)]);
    for (const index of [3, -4, 0.5])
      expect(() => model.get(index)).toThrow(`index ${index} is out of range`);
  });

  it('grows by appending, extending and inserting', () => {
    const model = new nn.Sequential(new nn.ReLU());
    const [tanh, sigmoid, identity] = [new nn.Tanh(), new nn.Sigmoid(), new nn.Identity()];
    expect(model.append(tanh).extend([sigmoid]).insert(1, identity)).toBe(model);
    expect([...model].map((m) => m.constructor.name)).toEqual(['ReLU', 'Identity', 'Tanh', 'Sigmoid']);
    expect(model.namedChildren().map(([key]) => key)).toEqual(['0', '1', '2', '3']);
    model.insert(-1, new nn.GELU()).insert(5, new nn.ELU());
    expect([...model].map((m) => m.constructor.name)).toEqual([
      'ReLU',
      'Identity',
      'Tanh',
      'GELU',
      'Sigmoid',
      'ELU',
    ]);
    model[0] = new nn.SiLU();
    expect(model.get(0)).toBeInstanceOf(nn.SiLU);
    expect(() => model.append('relu' as never)).toThrow("cannot assign string as child '6'");
  });

  it('keeps more than ten layers in order', () => {
    const layers = Array.from({ length: 12 }, (_, i) => new nn.Linear(i, i + 1));
    const model = new nn.Sequential(...layers);
    expect([...model]).toEqual(layers);
    expect(model.namedChildren().map(([key]) => key)).toEqual(layers.map((_, i) => String(i)));
  });

  it('has its layers by name', () => {
    const model = new nn.Sequential({
      hidden: new nn.Linear(2, 4),
      act: new nn.ReLU(),
      out: new nn.Linear(4, 1),
    });
    expect(Object.keys(model.stateDict())).toEqual([
      'hidden.weight',
      'hidden.bias',
      'out.weight',
      'out.bias',
    ]);
    expect(model.get(1)).toBeInstanceOf(nn.ReLU);
    expect(model.getSubmodule('out')).toBe(model.get(-1));
    expect(model.forward(ones([3, 2])).shape).toEqual([3, 1]);
    expect(() => new nn.Sequential({ forward: new nn.ReLU() })).toThrow("attribute 'forward' already exists");
  });

  it('calls the same layer as often as it is there, and trains it once', () => {
    const double = new nn.Linear(1, 1, { bias: false });
    double.weight.setData(ones([1, 1]).mul(2));
    const model = new nn.Sequential(double, double, double);
    expect(model.length).toBe(3);
    expect(model.forward(ones([1])).item()).toBe(8);
    expect(model.parameters()).toHaveLength(1);
    expect(String(model).match(/Linear/g)).toHaveLength(3);
  });

  it('takes layers with further, optional arguments', () => {
    class Masked extends nn.Module {
      forward(x: Tensor, mask?: Tensor): Tensor {
        return mask === undefined ? x : x.mul(mask);
      }
    }
    const layer: nn.Layer = new Masked();
    const model = new nn.Sequential(new Masked(), layer);
    expect(model.forward(ones([2])).toArray()).toEqual([1, 1]);
  });

  it('takes only layers from a tensor to a tensor', () => {
    // @ts-expect-error: a loss takes two tensors
    const wrong = new nn.Sequential(new nn.MSELoss());
    expect(wrong.length).toBe(1);
  });
});

describe('A ModuleList', () => {
  it('has its modules found, which an array would hide', () => {
    class Net extends nn.Module {
      readonly layers = new nn.ModuleList(Array.from({ length: 3 }, () => new nn.Linear(2, 2)));
      forward(x: Tensor): Tensor {
        for (const layer of this.layers) x = layer.forward(x).relu();
        return x;
      }
    }
    const net = new Net();
    expect(net.parameters()).toHaveLength(6);
    expect(Object.keys(net.stateDict())[2]).toBe('layers.1.weight');
    expect(net.forward(ones([2])).shape).toEqual([2]);
    expect(net.layers.get(-1).inFeatures).toBe(2);
    expect(net.layers[1]).toBe(net.layers.get(1));
    expect(net.layers.append(new nn.Linear(2, 5))).toHaveLength(4);
  });

  it('cannot be called', () => {
    expect(() => new nn.ModuleList().forward()).toThrow('missing the required "forward" function');
  });
});

describe('A ModuleDict', () => {
  it('has its modules by name, with exact types', () => {
    const dict = new nn.ModuleDict({ linear: new nn.Linear(2, 3), act: new nn.ReLU() });
    const linear: nn.Linear = dict.get('linear');
    expect(linear.outFeatures).toBe(3);
    expect([dict.has('act'), dict.has('norm'), dict.has('training')]).toEqual([true, false, false]);
    expect(dict.entries().map(([key]) => key)).toEqual(['linear', 'act']);
    expect(Object.keys(dict.stateDict())).toEqual(['linear.weight', 'linear.bias']);
    expect(() => dict.get('norm' as never)).toThrow("there is no module 'norm'");
    expect(() => dict.forward()).toThrow('missing the required "forward" function');
  });
});
