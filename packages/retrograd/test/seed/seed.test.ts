import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { autoencoder } from './autoencoder.ts';
import { charLSTM } from './charLSTM.ts';
import { gru } from './gru.ts';
import { lenet } from './lenet.ts';
import { linearRegression } from './linearRegression.ts';
import { Log } from './log.ts';
import { mlp } from './mlp.ts';
import { resnet } from './resnet.ts';
import { transformer } from './transformer.ts';

// What the same scripts give in PyTorch; written by scripts/golden/seed_for_seed.py.
type Golden = Pick<Log, 'initial' | 'order' | 'losses' | 'evaluated' | 'norms'>;
const golden = JSON.parse(readFileSync(join(__dirname, 'golden.json'), 'utf8')) as Record<string, Golden>;

const scripts = {
  linear_regression: linearRegression,
  mlp,
  lenet,
  resnet,
  char_lstm: charLSTM,
  gru,
  transformer,
  autoencoder,
};

// 1e-14 has been seen: roundings, magnified over 100 steps.
const TOLERANCE = 1e-11;

function expectNear(got: number, wanted: number, what: string): void {
  if (Math.abs(got - wanted) <= TOLERANCE * Math.abs(wanted)) return;
  throw new Error(`${what} is ${got}, PyTorch has ${wanted}: ${Math.abs(got / wanted - 1)} of it away`);
}

it('Every script that PyTorch ran is here', () => {
  expect(Object.keys(scripts).sort()).toEqual(Object.keys(golden).sort());
});

describe.each(Object.entries(scripts))('From the seed it has in PyTorch, %s', (name, script) => {
  const wanted = golden[name];
  const log = new Log();

  beforeAll(() => {
    script(log);
  });

  it('starts from PyTorch’s weights, to the bit', () => {
    expect(log.initial).toEqual(wanted.initial);
  });

  it('reads its samples in PyTorch’s order', () => {
    expect(log.order).toEqual(wanted.order);
  });

  it('has PyTorch’s loss at each of 100 steps', () => {
    expect(log.losses).toHaveLength(100);
    wanted.losses.forEach((loss, step) => {
      expectNear(log.losses[step], loss, `the loss of step ${step}`);
    });
  });

  it('has PyTorch’s loss in evaluation mode, and weights as large', () => {
    expectNear(log.evaluated, wanted.evaluated, 'the loss');
    expect(Object.keys(log.norms)).toEqual(Object.keys(wanted.norms));
    for (const [key, norm] of Object.entries(wanted.norms)) {
      expectNear(log.norms[key], norm, `the norm of ${key}`);
    }
  });
});
