/* Convolutional autoencoder that removes noise: Adadelta. */
import * as rg from '../../src/index.ts';
import type { Log } from './log.ts';

const { nn, optim } = rg;
const { DataLoader, TensorDataset } = rg.data;

class Autoencoder extends nn.Module {
  readonly encoder = new nn.Sequential(
    new nn.Conv2d(1, 8, 3, { stride: 2, padding: 1 }),
    new nn.ReLU(),
    new nn.Conv2d(8, 4, 3, { stride: 2, padding: 1 }),
    new nn.ReLU(),
    new nn.Flatten(),
    new nn.Linear(36, 6),
  );
  readonly decoder = new nn.Sequential(
    new nn.Linear(6, 36),
    new nn.ReLU(),
    new nn.Unflatten(1, [4, 3, 3]),
    new nn.ConvTranspose2d(4, 8, 3, { stride: 2, padding: 1, outputPadding: 1 }),
    new nn.ReLU(),
    new nn.ConvTranspose2d(8, 1, 3, { stride: 2, padding: 1, outputPadding: 1 }),
    new nn.Sigmoid(),
  );

  forward(x: rg.Tensor): rg.Tensor {
    return this.decoder.forward(this.encoder.forward(x));
  }
}

export function autoencoder(log: Log): void {
  rg.manualSeed(8);
  const center = rg.rand([60, 2, 1, 1]).to('float64').mul(12);
  const rows = rg.arange(12, { dtype: 'float64' }).reshape([12, 1]);
  const columns = rg.arange(12, { dtype: 'float64' }).reshape([1, 12]);
  const distance = rows
    .sub(center.select(1, 0))
    .pow(2)
    .add(columns.sub(center.select(1, 1)).pow(2));
  const x = rg.exp(distance.neg().div(8)).unsqueeze(1);
  const loader = new DataLoader(new TensorDataset(x, rg.arange(60)), {
    batchSize: 12,
    shuffle: true,
  });

  const model = new Autoencoder().double();
  log.begin(model);
  const criterion = new nn.BCELoss();
  const optimizer = new optim.Adadelta(model.parameters(), { lr: 1 });

  for (let epoch = 0; epoch < 20; epoch++) {
    for (const [images, indices] of loader) {
      const noisy = images.add(rg.randnLike(images).mul(0.1)).clamp({ min: 0, max: 1 });
      optimizer.zeroGrad();
      const loss = criterion.forward(model.forward(noisy), images);
      loss.backward();
      optimizer.step();
      log.step(loss, indices);
    }
  }

  rg.noGrad(() => {
    log.end(criterion.forward(model.forward(x), x));
  });
}
