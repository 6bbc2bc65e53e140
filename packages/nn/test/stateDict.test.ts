import { ones, tensor, zeros, type Tensor } from '@retrograd/core';
import * as nn from '../src/index.ts';

class Net extends nn.Module {
  readonly fc = new nn.Linear(2, 3);
  declare mean: Tensor;
  declare cache: Tensor;

  constructor() {
    super();
    this.registerBuffer('mean', zeros([2]));
    this.registerBuffer('cache', zeros([1]), { persistent: false });
    this.registerBuffer('empty', null);
  }

  forward(x: Tensor): Tensor {
    return this.fc.forward(x.sub(this.mean));
  }
}

function values(module: nn.Module): unknown {
  return Object.entries(module.stateDict()).map(([key, x]) => [key, x.toArray()]);
}

describe('A state dict', () => {
  it('holds parameters and persistent buffers, live and off the tape', () => {
    const net = new Net();
    const state = net.stateDict();
    expect(Object.keys(state)).toEqual(['mean', 'fc.weight', 'fc.bias']);
    expect(state['fc.bias'].data).toBe(net.fc.bias?.data);
    expect(state['fc.bias'].requiresGrad).toBe(false);
  });

  it('restores what was saved', () => {
    const [source, target] = [new Net(), new Net()];
    source.mean.fill_(7);
    expect(target.loadStateDict(source.stateDict())).toEqual({ missingKeys: [], unexpectedKeys: [] });
    expect(values(target)).toEqual(values(source));
    expect(target.fc.weight.data).not.toBe(source.fc.weight.data);
    expect(target.fc.weight.requiresGrad && target.fc.weight.isLeaf).toBe(true);
  });

  it('is converted to the dtypes it is loaded into', () => {
    const target = new Net();
    target.loadStateDict(new Net().double().stateDict());
    expect(target.parameters().map((p) => p.dtype)).toEqual(['float32', 'float32']);
  });

  it('counts as an in-place modification when loaded', () => {
    const net = new Net();
    const y = net.forward(ones([2]).requiresGrad_()).sum();
    net.loadStateDict(new Net().stateDict());
    expect(() => y.backward()).toThrow('modified by an inplace operation');
  });

  it('that does not fit is refused in one error that names all keys, and changes nothing', () => {
    const net = new Net();
    const before = values(net);
    const wrong = { mean: ones([2]), 'fc.weight': ones([2, 3]), 'fc.scale': ones([1]), other: ones([1]) };
    expect(() => net.loadStateDict(wrong)).toThrow(
      new Error(
        'loadStateDict: Error(s) in loading state_dict for Net:\n' +
          '\tMissing key(s) in state_dict: "fc.bias". \n' +
          '\tUnexpected key(s) in state_dict: "fc.scale", "other". \n' +
          '\tsize mismatch for fc.weight: copying a param with shape [2, 3] from checkpoint, the shape in current model is [3, 2].',
      ),
    );
    expect(values(net)).toEqual(before);
  });

  it('may lack keys and have others when not strict, but no other shapes', () => {
    const net = new Net();
    const some = { 'fc.bias': tensor([1, 2, 3]), other: ones([1]) };
    expect(net.loadStateDict(some, { strict: false })).toEqual({
      missingKeys: ['mean', 'fc.weight'],
      unexpectedKeys: ['other'],
    });
    expect(net.fc.bias?.toArray()).toEqual([1, 2, 3]);
    expect(() => net.loadStateDict({ mean: ones([2]), 'fc.bias': ones([2]) }, { strict: false })).toThrow(
      'size mismatch for fc.bias',
    );
    expect(net.mean.toArray()).toEqual([0, 0]);
  });

  it('of what is no tensor is refused', () => {
    expect(() => new Net().loadStateDict({ ...new Net().stateDict(), mean: [1, 2] as never })).toThrow(
      'expected a Tensor for mean, got object',
    );
  });

  it.each([
    ['a module', new Net(), 'got Net'],
    ['nothing', undefined, 'got undefined'],
    ['a path', 'model.safetensors', 'got model.safetensors'],
  ])('is not %s', (_, given, message) => {
    expect(() => new Net().loadStateDict(given as never)).toThrow(
      `expected a state dict, as stateDict() returns it, ${message}`,
    );
  });

  it('has PyTorch’s keys where names differ', () => {
    const loss = new nn.BCEWithLogitsLoss({ posWeight: ones([2]) });
    expect(Object.keys(loss.stateDict())).toEqual(['pos_weight']);
    expect(loss.namedBuffers().map(([key]) => key)).toEqual(['pos_weight']);
    loss.loadStateDict({ pos_weight: tensor([3, 4]) });
    expect(loss.posWeight?.toArray()).toEqual([3, 4]);
  });

  it('takes the fields a class declares in any order', () => {
    class Declared extends nn.Module {
      b: nn.Parameter;
      a: nn.Parameter;
      running: Tensor | null = null;
      constructor() {
        super();
        this.a = new nn.Parameter(zeros([1]));
        this.b = new nn.Parameter(zeros([1]));
        this.registerBuffer('running', zeros([1]));
      }
      forward(): void {}
    }
    expect(Object.keys(new Declared().stateDict())).toEqual(['b', 'a', 'running']);
  });
});
