// The workloads in js-pytorch, on its CPU device. It has Linear layers, losses and Adam; what it lacks is composed of
// what it has (tanh, SGD, an encoder layer without a mask), or fails and says why.

import { createRequire } from 'node:module';
import serving from '../runners/serve.cjs';

const require = createRequire(import.meta.url);
const { torch } = require('js-pytorch');
const { version } = require('../node_modules/js-pytorch/package.json');
const { nn } = torch;

const normal = (shape, requiresGrad = false) => torch.randn(shape, requiresGrad);
const tanh = (x) => {
  const e = torch.exp(x.mul(2));
  return torch.div(e.add(-1), e.add(1));
};
const lacks = (what) => () => {
  throw new Error(`has no ${what}`);
};

/** A training step: forward, loss, backward, update; the loss is read, as a training loop does. */
function training(optimizer, loss) {
  return () => {
    const value = loss();
    value.backward();
    optimizer.step();
    optimizer.zero_grad();
    return value.data[0];
  };
}

/** What of torch.optim.SGD its own optimiser leaves out. */
const sgd = (parameters, rate) => ({
  step: () => {
    for (const p of parameters) p._data = torch.tensor(p.data).add(torch.tensor(p.grad).mul(-rate)).data;
  },
  zero_grad: () => parameters.forEach((p) => p.zero_grad()),
});

/** f on 10⁶ random elements, forward and backward from a random cotangent. */
function elementwise(f) {
  return () => {
    const x = normal([1000, 1000], true);
    const g = normal(f(x).shape);
    x.zero_grad();
    return () => {
      f(x).backward(g);
      x.zero_grad();
    };
  };
}

/** A post-norm encoder layer, as torch.nn.TransformerEncoderLayer; its own Block masks and normalises first. */
class EncoderLayer extends nn.Module {
  constructor(d, heads, hidden) {
    super();
    this.heads = heads;
    for (const name of ['q', 'k', 'v', 'out']) this[name] = new nn.Linear(d, d);
    [this.up, this.down] = [new nn.Linear(d, hidden), new nn.Linear(hidden, d)];
    [this.relu, this.softmax] = [new nn.ReLU(), new nn.Softmax()];
    [this.norm1, this.norm2] = [new nn.LayerNorm(d), new nn.LayerNorm(d)];
  }

  forward(x) {
    const [n, t, d] = x.shape;
    const perHead = (y) => y.reshape([n, t, this.heads, d / this.heads]).transpose(1, 2);
    const [q, k, v] = [this.q, this.k, this.v].map((projection) => perHead(projection.forward(x)));
    const scores = this.softmax.forward(q.matmul(k.transpose(-2, -1)).div(Math.sqrt(d / this.heads)), -1);
    const attended = scores.matmul(v).transpose(1, 2).reshape([n, t, d]);
    const h = this.norm1.forward(x.add(this.out.forward(attended)));
    return this.norm2.forward(h.add(this.down.forward(this.relu.forward(this.up.forward(h)))));
  }
}

/** @type {import('../runners/serve.cjs').Workloads} */
const workloads = {
  'mlp-tiny': () => {
    const [hidden, out, loss] = [new nn.Linear(2, 16), new nn.Linear(16, 1), new nn.MSELoss()];
    const [x, y] = [normal([32, 2]), normal([32, 1])];
    const optimizer = sgd([...hidden.parameters(), ...out.parameters()], 0.01);
    return training(optimizer, () => loss.forward(out.forward(tanh(hidden.forward(x))), y));
  },
  'mlp-mnist': () => {
    const [hidden, relu, out] = [new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10)];
    const [x, y, loss] = [normal([64, 784]), torch.randint(0, 10, [64]), new nn.CrossEntropyLoss()];
    const optimizer = new torch.optim.Adam([...hidden.parameters(), ...out.parameters()], 1e-3, 0);
    return training(optimizer, () => loss.forward(out.forward(relu.forward(hidden.forward(x))), y));
  },
  cnn: lacks('convolution'),
  conv: lacks('convolution'),
  ...Object.fromEntries(
    [128, 256, 512, 1024].map((n) => [
      `matmul-${n}`,
      () => {
        const [a, b] = [normal([n, n]), normal([n, n])];
        return () => torch.matmul(a, b);
      },
    ]),
  ),
  tanh: elementwise(tanh),
  exp: elementwise((x) => torch.exp(x)),
  gelu: lacks('erf'),
  softmax: elementwise((x) => new nn.Softmax().forward(x)),
  layerNorm: elementwise((x) => x.sub(x.mean(-1, true)).div(torch.sqrt(x.variance(-1, true).add(1e-5)))),
  sum: elementwise((x) => x.sum().sum()),
  ...Object.fromEntries(
    [1e4, 1e5, 1e6].map((n) => [
      `chain-${n}`,
      () => () => {
        const start = performance.now();
        let y = torch.tensor([0.5], true);
        for (let i = 0; i < n; i++) y = i % 2 === 0 ? y.mul(1.0001) : y.add(1e-4);
        const recorded = performance.now();
        y.backward();
        return { phases: { recording: recorded - start, backward: performance.now() - recorded } };
      },
    ]),
  ),
  transformer: () => {
    const layers = Array.from({ length: 4 }, () => new EncoderLayer(128, 4, 512));
    const [x, y, loss] = [normal([8, 64, 128]), normal([8, 64, 128]), new nn.MSELoss()];
    const optimizer = new torch.optim.Adam(
      layers.flatMap((layer) => layer.parameters()),
      1e-3,
      0,
    );
    return training(optimizer, () =>
      loss.forward(
        layers.reduce((h, layer) => layer.forward(h), x),
        y,
      ),
    );
  },
};

await serving.serve(`js-pytorch ${version} (cpu)`, workloads);
