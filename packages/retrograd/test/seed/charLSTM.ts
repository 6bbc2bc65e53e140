/* Character model with an LSTM whose state goes on from batch to batch: RMSprop, gradients clipped. */
import * as rg from '../../src/index.ts';
import type { Log } from './log.ts';
import { alphabet, codes } from './text.ts';

const { nn, optim } = rg;

type State = [h: rg.Tensor, c: rg.Tensor] | null;

class CharLSTM extends nn.Module {
  readonly embedding: rg.nn.Embedding;
  readonly lstm: rg.nn.LSTM;
  readonly output: rg.nn.Linear;

  constructor(characters: number) {
    super();
    this.embedding = new nn.Embedding(characters, 12);
    this.lstm = new nn.LSTM(12, 24, { numLayers: 2, dropout: 0.1 });
    this.output = new nn.Linear(24, characters);
  }

  forward(x: rg.Tensor, state: State): [scores: rg.Tensor, state: State] {
    const [y, next] = this.lstm.forward(this.embedding.forward(x), state);
    return [this.output.forward(y), next];
  }
}

export function charLSTM(log: Log): void {
  rg.manualSeed(5);
  const streams = codes.slice(0, 0, 505).reshape([5, 101]).t();

  const model = new CharLSTM(alphabet.length).double();
  log.begin(model);
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.RMSprop(model.parameters(), { lr: 0.005, alpha: 0.95 });
  const scheduler = new optim.lrScheduler.CosineAnnealingLR(optimizer, { tMax: 10, etaMin: 0.0005 });

  model.train();
  for (let epoch = 0; epoch < 10; epoch++) {
    let state: State = null;
    for (let start = 0; start < 100; start += 10) {
      const inputs = streams.slice(0, start, start + 10);
      const targets = streams.slice(0, start + 1, start + 11);
      optimizer.zeroGrad();
      const [scores, next] = model.forward(inputs, state);
      const loss = criterion.forward(scores.flatten(0, 1), targets.flatten());
      loss.backward();
      nn.utils.clipGradNorm_(model.parameters(), 1);
      optimizer.step();
      state = next && [next[0].detach(), next[1].detach()];
      log.step(loss);
    }
    scheduler.step();
  }

  model.eval();
  rg.noGrad(() => {
    const [scores] = model.forward(streams.slice(0, 0, -1), null);
    log.end(criterion.forward(scores.flatten(0, 1), streams.slice(0, 1).flatten()));
  });
}
