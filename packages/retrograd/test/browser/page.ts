/**
 * What scripts/browser-check.mjs bundles and runs, in a browser and in Node: some training, and the file formats whose
 * libraries must bundle, too. What came out is left in `globalThis.outcome`.
 */
import {
  crossEntropy,
  data,
  kernelsInfo,
  manualSeed,
  mseLoss,
  nn,
  optim,
  randint,
  randn,
  tensor,
} from 'retrograd';
import type { Tensor } from 'retrograd';

/** The losses of some steps, and every gradient of the first one, element by element. */
interface Training {
  readonly losses: readonly number[];
  readonly gradients: readonly (readonly number[])[];
}

export interface Outcome {
  readonly build: string;
  readonly mlp: Training;
  readonly cnn: Training;
  readonly csv: unknown;
  readonly npz: unknown;
}

function train(
  parameters: readonly Tensor[],
  optimizer: { zeroGrad(): void; step(): void },
  loss: () => Tensor,
): Training {
  const losses: number[] = [];
  let gradients: number[][] = [];
  for (let step = 0; step < 5; step++) {
    optimizer.zeroGrad();
    const value = loss();
    value.backward();
    if (step === 0) gradients = parameters.map(({ grad }) => (grad?.flatten().toArray() ?? []) as number[]);
    optimizer.step();
    losses.push(value.item());
  }
  return { losses, gradients };
}

function mlp(): Training {
  const model = new nn.Sequential(new nn.Linear(8, 64), new nn.Tanh(), new nn.Linear(64, 3));
  const [x, y] = [randn([32, 8]), randn([32, 3])];
  const parameters = [...model.parameters()];
  return train(parameters, new optim.SGD(parameters, { lr: 0.1, momentum: 0.9 }), () =>
    mseLoss(model.forward(x), y),
  );
}

function cnn(): Training {
  const model = new nn.Sequential(
    new nn.Conv2d(1, 8, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(8, 16, 3, { padding: 1, bias: false }),
    new nn.BatchNorm2d(16),
    new nn.GELU(),
    new nn.Flatten(),
    new nn.Linear(16 * 7 * 7, 10),
  );
  const [x, y] = [randn([16, 1, 14, 14]), randint(0, 10, [16])];
  const parameters = [...model.parameters()];
  return train(parameters, new optim.Adam(parameters, { lr: 1e-3 }), () => crossEntropy(model.forward(x), y));
}

function outcome(): Outcome {
  manualSeed(7);
  const archive = data.writeNpz({ w: tensor([[1, 2.5]]) }, { compressed: true });
  return {
    mlp: mlp(),
    cnn: cnn(),
    // Asked for last: the kernels are chosen when they are first needed.
    build: kernelsInfo().build,
    csv: data.readCsv('a;b\n1;2\n3;4\n').values.toArray(),
    npz: data.readNpz(archive).w.toArray(),
  };
}

Object.assign(globalThis, { outcome: outcome() });
