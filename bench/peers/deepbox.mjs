// The workloads in Deepbox, which needs Node 24. On its CPU device: on its WebAssembly device a classifier cannot be
// trained (the cross-entropy loss casts, which tensors there refuse), and Adam keeps to the CPU on both.

import { createRequire } from 'node:module';
import { setDtype } from 'deepbox/core';
import { GradTensor, randn, softmaxGrad, tensor } from 'deepbox/ndarray';
import * as nn from 'deepbox/nn';
import { Adam, SGD } from 'deepbox/optim';
import serving from '../runners/serve.cjs';

const { version } = createRequire(import.meta.url)('../node_modules/deepbox/package.json');

const input = (shape, { dtype = 'float32', requiresGrad = false } = {}) =>
  GradTensor.fromTensor(randn(shape, { dtype }), { requiresGrad });

/** A training step: forward, loss, backward, update; the loss is read, as a training loop does. */
function training(optimizer, loss) {
  return () => {
    optimizer.zeroGrad();
    const value = loss();
    value.backward();
    optimizer.step();
    return value.data[value.offset];
  };
}

function classifier(model, shape, dtype = 'float32') {
  const x = input(shape, { dtype });
  const y = tensor(
    Array.from({ length: shape[0] }, () => Math.floor(10 * Math.random())),
    { dtype: 'int32' },
  );
  const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
  return training(optimizer, () => nn.crossEntropyLoss(model.forward(x), y));
}

/** f on 10⁶ random elements, forward and backward from a random cotangent. */
function elementwise(f) {
  return () => {
    const x = input([1000, 1000], { requiresGrad: true });
    const g = randn(f(x).shape);
    return () => {
      x.zeroGrad();
      f(x).backward(g);
    };
  };
}

/** @type {import('../runners/serve.cjs').Workloads} */
const workloads = {
  'mlp-tiny': () => {
    const model = new nn.Sequential(new nn.Linear(2, 16), new nn.Tanh(), new nn.Linear(16, 1));
    const [x, y] = [input([32, 2]), input([32, 1])];
    return training(new SGD(model.parameters(), { lr: 0.01 }), () => nn.mseLoss(model.forward(x), y));
  },
  'mlp-mnist': () =>
    classifier(new nn.Sequential(new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10)), [64, 784]),
  cnn: () => {
    // Its pooling answers in float64, which float32 layers beside it refuse, forward and backward.
    setDtype('float64');
    const model = new nn.Sequential(
      new nn.Conv2d(1, 16, 3, { padding: 1 }),
      new nn.ReLU(),
      new nn.MaxPool2d(2),
      new nn.Conv2d(16, 32, 3, { padding: 1 }),
      new nn.ReLU(),
      new nn.MaxPool2d(2),
      new nn.Flatten(),
      new nn.Linear(1568, 10),
    );
    setDtype('float32');
    return classifier(model, [64, 1, 28, 28], 'float64');
  },
  conv: () => {
    const x = input([8, 64, 56, 56], { requiresGrad: true });
    const layer = new nn.Conv2d(64, 64, 3, { padding: 1 });
    const g = randn([8, 64, 56, 56]);
    return () => {
      x.zeroGrad();
      layer.zeroGrad();
      layer.forward(x).backward(g);
    };
  },
  ...Object.fromEntries(
    [128, 256, 512, 1024].map((n) => [
      `matmul-${n}`,
      () => {
        const [a, b] = [input([n, n]), input([n, n])];
        return () => a.matmul(b);
      },
    ]),
  ),
  tanh: elementwise((x) => x.tanh()),
  exp: elementwise((x) => x.exp()),
  gelu: elementwise((x) => x.gelu()),
  softmax: elementwise((x) => softmaxGrad(x, 1)),
  layerNorm: () => {
    const norm = new nn.LayerNorm(1000, { elementwiseAffine: false });
    return elementwise((x) => norm.forward(x))();
  },
  sum: elementwise((x) => x.sum()),
  ...Object.fromEntries(
    [1e4, 1e5, 1e6].map((n) => [
      `chain-${n}`,
      () => () => {
        const start = performance.now();
        const [factor, term] = [1.0001, 1e-4].map((x) => GradTensor.scalar(x, { requiresGrad: false }));
        let y = GradTensor.scalar(0.5, { requiresGrad: true });
        for (let i = 0; i < n; i++) y = i % 2 === 0 ? y.mul(factor) : y.add(term);
        const recorded = performance.now();
        y.backward();
        return { phases: { recording: recorded - start, backward: performance.now() - recorded } };
      },
    ]),
  ),
  transformer: () => {
    const options = { dimFeedforward: 512, dropout: 0 };
    const model = new nn.Sequential(
      ...Array.from({ length: 4 }, () => new nn.TransformerEncoderLayer(128, 4, options)),
    );
    const [x, y] = [input([8, 64, 128]), input([8, 64, 128])];
    return training(new Adam(model.parameters(), { lr: 1e-3 }), () => nn.mseLoss(model.forward(x), y));
  },
};

await serving.serve(`Deepbox ${version} (cpu)`, workloads);
