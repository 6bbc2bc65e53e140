/* Transformer of two layers, with dropout: AdamW, decay for matrices only, warm-up, cosine, smoothed labels. */
import * as rg from '../../src/index.ts';
import type { Log } from './log.ts';
import { alphabet, codes } from './text.ts';

const { nn, optim } = rg;
const { DataLoader, TensorDataset } = rg.data;

class PositionalEncoding extends nn.Module {
  declare readonly table: rg.Tensor;
  readonly dropout = new nn.Dropout(0.1);

  constructor(width: number, length: number) {
    super();
    const position = rg.arange(length, { dtype: 'float64' }).unsqueeze(1);
    const rate = rg.exp(rg.arange(0, width, 2, { dtype: 'float64' }).mul(-Math.log(10000) / width));
    const angle = position.mul(rate);
    this.registerBuffer('table', rg.stack([rg.sin(angle), rg.cos(angle)], 2).flatten(1));
  }

  forward(x: rg.Tensor): rg.Tensor {
    return this.dropout.forward(x.add(this.table.slice(0, 0, x.shape[1])));
  }
}

class CharTransformer extends nn.Module {
  readonly embedding: rg.nn.Embedding;
  readonly position: PositionalEncoding;
  readonly encoder: rg.nn.TransformerEncoder;
  readonly output: rg.nn.Linear;

  constructor(characters: number) {
    super();
    this.embedding = new nn.Embedding(characters, 16);
    this.position = new PositionalEncoding(16, 16);
    const layer = new nn.TransformerEncoderLayer(16, 4, {
      dimFeedforward: 32,
      dropout: 0.1,
      activation: 'gelu',
      batchFirst: true,
    });
    this.encoder = new nn.TransformerEncoder(layer, 2);
    this.output = new nn.Linear(16, characters);
  }

  forward(x: rg.Tensor): rg.Tensor {
    const mask = nn.Transformer.generateSquareSubsequentMask(x.shape[1], { dtype: 'float64' });
    const y = this.position.forward(this.embedding.forward(x).mul(Math.sqrt(16)));
    return this.output.forward(this.encoder.forward(y, { mask }));
  }
}

export function transformer(log: Log): void {
  rg.manualSeed(7);
  const windows = codes.unfold(0, 17, 7);
  const loader = new DataLoader(new TensorDataset(windows, rg.arange(81)), {
    batchSize: 8,
    shuffle: true,
    dropLast: true,
  });

  const model = new CharTransformer(alphabet.length).double();
  log.begin(model);
  const criterion = new nn.CrossEntropyLoss({ labelSmoothing: 0.1 });
  const matrices = model.parameters().filter((p) => p.ndim > 1);
  const vectors = model.parameters().filter((p) => p.ndim <= 1);
  const optimizer = new optim.AdamW(
    [
      { params: matrices, weightDecay: 0.1 },
      { params: vectors, weightDecay: 0 },
    ],
    { lr: 0.005, betas: [0.9, 0.98], eps: 1e-9 },
  );
  const warmup = new optim.lrScheduler.LinearLR(optimizer, { startFactor: 0.1, totalIters: 10 });
  const cosine = new optim.lrScheduler.CosineAnnealingLR(optimizer, { tMax: 90 });
  const scheduler = new optim.lrScheduler.SequentialLR(optimizer, {
    schedulers: [warmup, cosine],
    milestones: [10],
  });

  model.train();
  for (let epoch = 0; epoch < 10; epoch++) {
    for (const [batch, indices] of loader) {
      const [inputs, targets] = [batch.slice(1, 0, -1), batch.slice(1, 1)];
      optimizer.zeroGrad();
      const loss = criterion.forward(model.forward(inputs).transpose(1, 2), targets);
      loss.backward();
      nn.utils.clipGradNorm_(model.parameters(), 1);
      optimizer.step();
      scheduler.step();
      log.step(loss, indices);
    }
  }

  model.eval();
  rg.noGrad(() => {
    const scores = model.forward(windows.slice(1, 0, -1));
    log.end(criterion.forward(scores.transpose(1, 2), windows.slice(1, 1)));
  });
}
