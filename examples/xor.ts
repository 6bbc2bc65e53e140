/*
 * Learns exclusive or, which no single layer can, with a hidden layer of eight. Shows a module of one's own, an optimiser,
 * and the tape that `backward()` reads.
 *
 *     ts-node -T examples/xor.ts --steps 300
 */

import * as rg from 'retrograd';
import { positive, readFlags, whole } from './support/flags.ts';

const { nn, optim } = rg;

const { steps, lr, seed } = readFlags('learns exclusive or', {
  steps: whole(200, 'of training'),
  lr: positive(0.05, 'learning rate'),
  seed: whole(0, 'of the initial weights', 0),
});

class Xor extends nn.Module {
  readonly hidden = new nn.Linear(2, 8);
  readonly output = new nn.Linear(8, 1);

  forward(x: rg.Tensor): rg.Tensor {
    return this.output.forward(this.hidden.forward(x).tanh());
  }
}

const x = rg.tensor([[0, 0], [0, 1], [1, 0], [1, 1]]); // prettier-ignore
const y = rg.tensor([[0], [1], [1], [0]]);

rg.manualSeed(seed);
const model = new Xor();
const optimizer = new optim.Adam(model.parameters(), { lr });
console.log(model, '\n');

for (let step = 1; step <= steps; step++) {
  const loss = rg.binaryCrossEntropyWithLogits(model.forward(x), y);
  if (step === 1) console.log(rg.tape(loss), '\n');
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  if (step % 20 === 0 || step === steps) console.log(`step ${step}  loss ${loss.item().toFixed(4)}`);
}

const certainty = rg.noGrad(() => model.forward(x).sigmoid());
console.log('\n[a, b, a xor b, the same as the model has learnt it]');
console.log(rg.cat([x, y, certainty], 1));
