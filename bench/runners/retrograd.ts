/** The workloads in retrograd. */
import * as rg from 'retrograd';
import type { Tensor } from 'retrograd';
import { serve } from './serve.cjs';

const { nn, optim } = rg;
const STEP = 0.01;

type Step = () => unknown;

/** A training step: forward, loss, backward, update. */
function training(optimizer: { zeroGrad(): void; step(): void }, loss: () => Tensor): Step {
  return () => {
    optimizer.zeroGrad();
    const value = loss();
    value.backward();
    optimizer.step();
    return value.item();
  };
}

function classifier(model: InstanceType<typeof nn.Sequential>, shape: number[]): Step {
  const x = rg.randn(shape);
  const y = rg.randint(0, 10, [shape[0]]);
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
  return training(optimizer, () => rg.crossEntropy(model.forward(x), y));
}

/** f on 10⁶ random elements, forward and backward from a random cotangent. */
function elementwise(shape: number[], f: (x: Tensor) => Tensor): () => Step {
  return () => {
    const x = rg.randn(shape, { requiresGrad: true });
    const g = rg.randn(f(x).shape);
    return () => {
      x.grad = null;
      f(x).backward(g);
    };
  };
}

function matmul(n: number): () => Step {
  return () => {
    const [a, b] = [rg.randn([n, n]), rg.randn([n, n])];
    return () => a.matmul(b);
  };
}

function chain(n: number): () => Step {
  return () => () => {
    const start = performance.now();
    const x = rg.tensor(0.5, { requiresGrad: true });
    let y: Tensor = x;
    for (let i = 0; i < n; i++) y = i % 2 === 0 ? y.mul(1.0001) : y.add(1e-4);
    const recorded = performance.now();
    y.backward();
    return { phases: { recording: recorded - start, backward: performance.now() - recorded } };
  };
}

const image = [1000, 1000];
const workloads: Record<string, () => Step> = {
  'mlp-tiny': () => {
    const model = new nn.Sequential(new nn.Linear(2, 16), new nn.Tanh(), new nn.Linear(16, 1));
    const [x, y] = [rg.randn([32, 2]), rg.randn([32, 1])];
    const optimizer = new optim.SGD(model.parameters(), { lr: STEP });
    return training(optimizer, () => rg.mseLoss(model.forward(x), y));
  },
  'mlp-mnist': () =>
    classifier(new nn.Sequential(new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10)), [64, 784]),
  cnn: () =>
    classifier(
      new nn.Sequential(
        new nn.Conv2d(1, 16, 3, { padding: 1 }),
        new nn.ReLU(),
        new nn.MaxPool2d(2),
        new nn.Conv2d(16, 32, 3, { padding: 1 }),
        new nn.ReLU(),
        new nn.MaxPool2d(2),
        new nn.Flatten(),
        new nn.Linear(32 * 7 * 7, 10),
      ),
      [64, 1, 28, 28],
    ),
  conv: () => {
    const x = rg.randn([8, 64, 56, 56], { requiresGrad: true });
    const conv = new nn.Conv2d(64, 64, 3, { padding: 1 });
    const g = rg.randn([8, 64, 56, 56]);
    return () => {
      x.grad = null;
      conv.zeroGrad();
      conv.forward(x).backward(g);
    };
  },
  ...Object.fromEntries([128, 256, 512, 1024].map((n) => [`matmul-${n}`, matmul(n)])),
  tanh: elementwise(image, (x) => x.tanh()),
  exp: elementwise(image, (x) => x.exp()),
  gelu: elementwise(image, (x) => x.gelu()),
  softmax: elementwise(image, (x) => x.softmax(1)),
  layerNorm: elementwise(image, (x) => x.layerNorm([1000])),
  sum: elementwise(image, (x) => x.sum()),
  'chain-10000': chain(1e4),
  'chain-100000': chain(1e5),
  'chain-1000000': chain(1e6),
  transformer: () => {
    const options = { dimFeedforward: 512, dropout: 0, batchFirst: true };
    const blocks = Array.from({ length: 4 }, () => new nn.TransformerEncoderLayer(128, 4, options));
    const model = new nn.ModuleList(blocks);
    const [x, y] = [rg.randn([8, 64, 128]), rg.randn([8, 64, 128])];
    const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
    return training(optimizer, () =>
      rg.mseLoss(
        blocks.reduce((h, block) => block.forward(h), x),
        y,
      ),
    );
  },
};

rg.manualSeed(0);
void serve(`retrograd (${rg.kernelsInfo().build})`, workloads);
