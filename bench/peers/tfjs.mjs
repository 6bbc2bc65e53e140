// The workloads in TensorFlow.js, on its WebAssembly backend with SIMD, one thread.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import serving from '../runners/serve.cjs';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
const wasm = require('@tensorflow/tfjs-backend-wasm');

wasm.setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist/'));
wasm.setThreadsCount(1);
await tf.setBackend('wasm');
await tf.ready();

const normal = (...shape) => tf.randomNormal(shape);
/** PyTorch's initialisation of a linear or convolution layer. */
const weights = (shape, fanIn) =>
  tf.variable(tf.randomUniform(shape, -1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn)));

/** A training step: forward, loss, backward, update; the loss is read, as a training loop does. */
function training(optimizer, loss) {
  return () => {
    const value = tf.tidy(() => optimizer.minimize(loss, true));
    value.dataSync();
    value.dispose();
  };
}

const linear = (x, w, b) => tf.add(tf.matMul(x, w), b);
const crossEntropy = (logits, onehot) => tf.losses.softmaxCrossEntropy(onehot, logits);
const classes = (n) => tf.oneHot(tf.randomUniform([n], 0, 10, 'int32'), 10);

/** f on random elements, forward and backward from a random cotangent; this backend computes at once, unasked. */
function elementwise(f, ...shape) {
  return () => {
    const x = normal(...shape);
    const g = tf.tidy(() => tf.randomNormal(f(x).shape));
    const gradient = tf.grad(f);
    return () => {
      gradient(x, g).dispose();
    };
  };
}

const gelu = (x) => tf.mul(tf.mul(x, 0.5), tf.add(1, tf.erf(tf.div(x, Math.SQRT2))));
function layerNorm(x) {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
}

const conv = (x, w, b) => tf.add(tf.conv2d(x, w, 1, 'same'), b);

/** A post-norm encoder layer, as torch.nn.TransformerEncoderLayer. */
function block(d, heads, hidden) {
  const p = {
    qkv: weights([d, 3 * d], d),
    qkvBias: tf.variable(tf.zeros([3 * d])),
    out: weights([d, d], d),
    outBias: tf.variable(tf.zeros([d])),
    up: weights([d, hidden], d),
    upBias: tf.variable(tf.zeros([hidden])),
    down: weights([hidden, d], hidden),
    downBias: tf.variable(tf.zeros([d])),
    scale1: tf.variable(tf.ones([d])),
    shift1: tf.variable(tf.zeros([d])),
    scale2: tf.variable(tf.ones([d])),
    shift2: tf.variable(tf.zeros([d])),
  };
  const norm = (x, scale, shift) => tf.add(tf.mul(layerNorm(x), scale), shift);
  return (x) => {
    const [n, t] = x.shape;
    const rows = (y) => tf.reshape(y, [n * t, d]);
    const perHead = (y) => tf.transpose(tf.reshape(y, [n, t, heads, d / heads]), [0, 2, 1, 3]);
    const [q, k, v] = tf.split(linear(rows(x), p.qkv, p.qkvBias), 3, 1).map(perHead);
    const scores = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(d / heads)));
    const attended = rows(tf.transpose(tf.matMul(scores, v), [0, 2, 1, 3]));
    const h = norm(tf.add(rows(x), linear(attended, p.out, p.outBias)), p.scale1, p.shift1);
    const f = linear(tf.relu(linear(h, p.up, p.upBias)), p.down, p.downBias);
    return tf.reshape(norm(tf.add(h, f), p.scale2, p.shift2), [n, t, d]);
  };
}

/** @type {import('../runners/serve.cjs').Workloads} */
const workloads = {
  'mlp-tiny': () => {
    const [x, y] = [normal(32, 2), normal(32, 1)];
    const [w1, b1, w2, b2] = [weights([2, 16], 2), weights([16], 2), weights([16, 1], 16), weights([1], 16)];
    return training(tf.train.sgd(0.01), () =>
      tf.losses.meanSquaredError(y, linear(tf.tanh(linear(x, w1, b1)), w2, b2)),
    );
  },
  'mlp-mnist': () => {
    const [x, y] = [normal(64, 784), classes(64)];
    const [w1, b1] = [weights([784, 256], 784), weights([256], 784)];
    const [w2, b2] = [weights([256, 10], 256), weights([10], 256)];
    return training(tf.train.adam(1e-3), () => crossEntropy(linear(tf.relu(linear(x, w1, b1)), w2, b2), y));
  },
  cnn: () => {
    const [x, y] = [normal(64, 28, 28, 1), classes(64)];
    const [w1, b1] = [weights([3, 3, 1, 16], 9), weights([16], 9)];
    const [w2, b2] = [weights([3, 3, 16, 32], 144), weights([32], 144)];
    const [w3, b3] = [weights([1568, 10], 1568), weights([10], 1568)];
    const pool = (h) => tf.maxPool(h, 2, 2, 'valid');
    return training(tf.train.adam(1e-3), () => {
      const h = pool(tf.relu(conv(pool(tf.relu(conv(x, w1, b1))), w2, b2)));
      return crossEntropy(linear(tf.reshape(h, [64, 1568]), w3, b3), y);
    });
  },
  conv: () => {
    const [x, w, b, g] = [
      normal(8, 56, 56, 64),
      weights([3, 3, 64, 64], 576),
      weights([64], 576),
      normal(8, 56, 56, 64),
    ];
    const gradients = tf.grads(conv);
    return () => tf.dispose(gradients([x, w, b], g));
  },
  ...Object.fromEntries(
    [128, 256, 512, 1024].map((n) => [
      `matmul-${n}`,
      () => {
        const [a, b] = [normal(n, n), normal(n, n)];
        return () => tf.tidy(() => void tf.matMul(a, b));
      },
    ]),
  ),
  tanh: elementwise((x) => tf.tanh(x), 1000, 1000),
  exp: elementwise((x) => tf.exp(x), 1000, 1000),
  gelu: elementwise(gelu, 1000, 1000),
  softmax: elementwise((x) => tf.softmax(x), 1000, 1000),
  layerNorm: elementwise(layerNorm, 1000, 1000),
  sum: elementwise((x) => tf.sum(x), 1000, 1000),
  transformer: () => {
    const blocks = Array.from({ length: 4 }, () => block(128, 4, 512));
    const [x, y] = [normal(8, 64, 128), normal(8, 64, 128)];
    return training(tf.train.adam(1e-3), () =>
      tf.losses.meanSquaredError(
        y,
        blocks.reduce((h, each) => each(h), x),
      ),
    );
  },
};

// Its own walk over a million ops takes minutes.
for (const n of [1e4, 1e5, 1e6]) {
  workloads[`chain-${n}`] = () => () => {
    const start = performance.now();
    let recorded = start;
    const chain = (x) => {
      let y = x;
      for (let i = 0; i < n; i++) y = i % 2 === 0 ? tf.mul(y, 1.0001) : tf.add(y, 1e-4);
      recorded = performance.now();
      return y;
    };
    tf.tidy(() => void tf.grad(chain)(tf.scalar(0.5)).dataSync());
    return { phases: { recording: recorded - start, backward: performance.now() - recorded } };
  };
}

// An optimiser minimises over all variables there are: those of the workload before must not be among them.
for (const [id, setUp] of Object.entries(workloads)) {
  workloads[id] = () => {
    tf.disposeVariables();
    return setUp();
  };
}

await serving.serve(`tfjs ${tf.version.tfjs} (wasm)`, workloads);
