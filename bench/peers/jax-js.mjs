// The workloads in jax-js, on its WebAssembly device; Node has no Web workers, so it keeps to one thread. Every step is
// one compiled function, which its documentation calls the fast way: forward, gradients and update in one jit().
// A function owns its arguments; what is needed again is passed as `.ref`.

import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  random,
  tree,
  valueAndGrad,
  vjp,
} from '@jax-js/jax';
import { createRequire } from 'node:module';
import serving from '../runners/serve.cjs';

const { version } = createRequire(import.meta.url)('../node_modules/@jax-js/jax/package.json');

await init('wasm');
defaultDevice('wasm');

let seed = 0;
const normal = (...shape) => random.normal(random.key(seed++), shape);
/** PyTorch's initialisation of a linear or convolution layer. */
const weights = (shape, fanIn) => {
  const bound = 1 / Math.sqrt(fanIn);
  return random.uniform(random.key(seed++), shape, { minval: -bound, maxval: bound });
};
const classes = (n) =>
  nn.oneHot(
    np.array(
      Array.from({ length: n }, () => Math.floor(10 * Math.random())),
      { dtype: np.int32 },
    ),
    10,
  );

const linear = (x, w, b) => np.matmul(x, w).add(b);
const crossEntropy = (logits, onehot) => nn.logSoftmax(logits).mul(onehot).sum(-1).mean().neg();
const squaredError = (x, y) => np.square(x.sub(y)).mean();

/**
 * A training step with Adam, as PyTorch has it; the loss is read, as a training loop does.
 * @param parameters a list of arrays
 * @param loss of the parameters and the data
 * @param data arrays
 */
function adam(parameters, loss, ...data) {
  const [rate, b1, b2, eps] = [1e-3, 0.9, 0.999, 1e-8];
  const update = jit((p, m, v, stride, correction, ...inputs) => {
    const [value, gradients] = valueAndGrad(loss)(
      p.map((each) => each.ref),
      ...inputs,
    );
    const next = { p: [], m: [], v: [] };
    gradients.forEach((g, i) => {
      const mean = m[i].mul(b1).add(g.ref.mul(1 - b1));
      const square = v[i].mul(b2).add(np.square(g).mul(1 - b2));
      const divisor = np.sqrt(square.ref.mul(correction.ref)).add(eps);
      next.p.push(p[i].sub(mean.ref.mul(stride.ref).div(divisor)));
      next.m.push(mean);
      next.v.push(square);
    });
    stride.dispose();
    correction.dispose();
    return [value, next];
  });
  let state = {
    p: parameters,
    m: parameters.map((each) => np.zeros(each.shape)),
    v: parameters.map((each) => np.zeros(each.shape)),
  };
  let t = 0;
  return async () => {
    t++;
    const scalars = [rate / (1 - b1 ** t), 1 / (1 - b2 ** t)].map((x) => np.array(x));
    const [value, next] = update(state.p, state.m, state.v, ...scalars, ...data.map((each) => each.ref));
    state = next;
    await blockUntilReady(state);
    return value.item();
  };
}

/** f on 10⁶ random elements and its gradient for a random cotangent. */
function elementwise(f) {
  return async () => {
    const x = normal(1000, 1000);
    const g = random.normal(random.key(seed++), f(x.ref).shape);
    const both = jit((input, cotangent) => {
      const [y, pull] = vjp(f, [input]);
      const [dx] = pull(cotangent);
      pull.dispose();
      return [y, dx];
    });
    await blockUntilReady([x, g]);
    return async () => tree.dispose(await blockUntilReady(both(x.ref, g.ref)));
  };
}

const conv = (x, w, b) => lax.conv(x, w, [1, 1], 'SAME').add(b.reshape([1, b.shape[0], 1, 1]));
/** Faster here than lax.reduceWindow. */
const pool = (x) => {
  const [n, channels, height, width] = x.shape;
  return x.reshape([n, channels, height / 2, 2, width / 2, 2]).max([3, 5]);
};

/** A post-norm encoder layer, as torch.nn.TransformerEncoderLayer, from a list of its parameters. */
function block(x, [qkv, qkvBias, out, outBias, up, upBias, down, downBias, ...norms]) {
  const [n, t, d] = x.shape;
  const heads = 4;
  const norm = (y, scale, shift) => nn.standardize(y).mul(scale).add(shift);
  const rows = x.reshape([n * t, d]);
  const perHead = (y) => y.reshape([n, t, heads, d / heads]).transpose([0, 2, 1, 3]);
  const [q, k, v] = np.split(linear(rows.ref, qkv, qkvBias), 3, 1).map(perHead);
  // nn.dotProductAttention() needs iterator helpers, which Node 20 lacks.
  const scores = nn.softmax(np.matmul(q, k.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(d / heads)));
  const attended = np
    .matmul(scores, v)
    .transpose([0, 2, 1, 3])
    .reshape([n * t, d]);
  const h = norm(rows.add(linear(attended, out, outBias)), norms[0], norms[1]);
  const f = linear(nn.relu(linear(h.ref, up, upBias)), down, downBias);
  return norm(h.add(f), norms[2], norms[3]).reshape([n, t, d]);
}
const blockParameters = (d, hidden) => [
  weights([d, 3 * d], d),
  np.zeros([3 * d]),
  weights([d, d], d),
  np.zeros([d]),
  weights([d, hidden], d),
  np.zeros([hidden]),
  weights([hidden, d], hidden),
  np.zeros([d]),
  ...[np.ones([d]), np.zeros([d]), np.ones([d]), np.zeros([d])],
];

/** @type {import('../runners/serve.cjs').Workloads} */
const workloads = {
  'mlp-tiny': () => {
    const [x, y] = [normal(32, 2), normal(32, 1)];
    const loss = ([w1, b1, w2, b2], input, target) =>
      squaredError(linear(np.tanh(linear(input, w1, b1)), w2, b2), target);
    const update = jit((p, input, target) => {
      const [value, gradients] = valueAndGrad(loss)(
        p.map((each) => each.ref),
        input,
        target,
      );
      return [value, p.map((each, i) => each.sub(gradients[i].mul(0.01)))];
    });
    let p = [weights([2, 16], 2), weights([16], 2), weights([16, 1], 16), weights([1], 16)];
    return async () => {
      const [value, next] = update(p, x.ref, y.ref);
      p = next;
      await blockUntilReady(p);
      return value.item();
    };
  },
  'mlp-mnist': () => {
    const parameters = [
      weights([784, 256], 784),
      weights([256], 784),
      weights([256, 10], 256),
      weights([10], 256),
    ];
    const loss = ([w1, b1, w2, b2], x, y) => crossEntropy(linear(nn.relu(linear(x, w1, b1)), w2, b2), y);
    return adam(parameters, loss, normal(64, 784), classes(64));
  },
  cnn: () => {
    const parameters = [
      ...[weights([16, 1, 3, 3], 9), weights([16], 9)],
      ...[weights([32, 16, 3, 3], 144), weights([32], 144)],
      ...[weights([1568, 10], 1568), weights([10], 1568)],
    ];
    const loss = ([w1, b1, w2, b2, w3, b3], x, y) => {
      const h = pool(nn.relu(conv(pool(nn.relu(conv(x, w1, b1))), w2, b2)));
      return crossEntropy(linear(h.reshape([64, 1568]), w3, b3), y);
    };
    return adam(parameters, loss, normal(64, 1, 28, 28), classes(64));
  },
  conv: async () => {
    const x = normal(8, 64, 56, 56);
    const [w, b, g] = [weights([64, 64, 3, 3], 576), weights([64], 576), normal(8, 64, 56, 56)];
    const both = jit((input, weight, bias, cotangent) => {
      const [y, pull] = vjp(conv, [input, weight, bias]);
      const gradients = pull(cotangent);
      pull.dispose();
      return [y, ...gradients];
    });
    await blockUntilReady([x, w, b, g]);
    return async () => tree.dispose(await blockUntilReady(both(x.ref, w.ref, b.ref, g.ref)));
  },
  ...Object.fromEntries(
    [128, 256, 512, 1024].map((n) => [
      `matmul-${n}`,
      async () => {
        const [a, b] = [normal(n, n), normal(n, n)];
        await blockUntilReady([a, b]);
        return async () => tree.dispose(await blockUntilReady(np.matmul(a.ref, b.ref)));
      },
    ]),
  ),
  tanh: elementwise(np.tanh),
  exp: elementwise(np.exp),
  gelu: elementwise((x) => nn.gelu(x, { approximate: false })),
  softmax: elementwise((x) => nn.softmax(x)),
  layerNorm: elementwise((x) => nn.standardize(x)),
  sum: elementwise((x) => np.sum(x)),
  transformer: () => {
    const size = 12;
    const parameters = Array.from({ length: 4 }, () => blockParameters(128, 512)).flat();
    const loss = (p, x, y) => {
      let h = x;
      for (let i = 0; i < p.length; i += size) h = block(h, p.slice(i, i + size));
      return squaredError(h, y);
    };
    return adam(parameters, loss, normal(8, 64, 128), normal(8, 64, 128));
  },
};

// Recorded op by op, without jit(): a compiled chain would be one kernel, and compiling it is not what this measures.
for (const n of [1e4, 1e5, 1e6]) {
  workloads[`chain-${n}`] = () => async () => {
    const start = performance.now();
    const chain = (x) => {
      let y = x;
      for (let i = 0; i < n; i++) y = i % 2 === 0 ? y.mul(1.0001) : y.add(1e-4);
      return y;
    };
    const [y, pull] = vjp(chain, [np.array(0.5)]);
    const recorded = performance.now();
    const [gradient] = pull(np.array(1));
    await blockUntilReady([y, gradient]);
    pull.dispose();
    const end = performance.now();
    tree.dispose([y, gradient]);
    return { phases: { recording: recorded - start, backward: end - recorded } };
  };
}

await serving.serve(`jax-js ${version} (wasm)`, workloads);
