/* Every layer and loss, with its parameters, as cases for the gradcheck command, first and second order. */
import { gradientCase, type GradientCase } from '@retrograd/gradcheck';
import { manualSeed, tensor, zeros, type Tensor } from '@retrograd/core';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Embedding } from '../src/index.ts';
import { build } from './build.ts';

type Nested = number | Nested[];
type Input =
  | { kind: 'uniform'; shape: number[]; low: number; high: number; grad: boolean }
  | { kind: 'given'; values: Nested };
interface Golden {
  cases: { name: string; args: unknown[]; tensors: Record<string, number[]>; inputs: Input[] }[];
}

// The layers and inputs that the tests compare with PyTorch.
const golden = JSON.parse(readFileSync(join(__dirname, 'golden/modules.json'), 'utf8')) as Golden;
const float64 = { dtype: 'float64' } as const;

/** A padding row has no gradient by agreement, whatever it does to the output: its index is left out. */
function draw(spec: Input, padding: number | null): Tensor {
  if (spec.kind === 'given') {
    const indices = tensor(spec.values, { dtype: 'int32' });
    return padding === null ? indices : indices.maskedFill(indices.eq(padding), (padding + 1) % 2);
  }
  return zeros(spec.shape, float64).uniform_(spec.low, spec.high).requiresGrad_(spec.grad);
}

export const cases: GradientCase[] = golden.cases.map(({ name, args, tensors, inputs }, i) => {
  manualSeed(i);
  const given = Object.entries(tensors).map(([key, values]) => [key, tensor(values, float64)]);
  const options = { ...(args.at(-1) as object | undefined), ...(Object.fromEntries(given) as object) };
  const module = build(given.length === 0 ? [name, ...args] : [name, options]);
  const padding = module instanceof Embedding ? module.paddingIdx : null;
  const shapes = inputs.map((spec) => (spec.kind === 'uniform' ? `[${spec.shape.join(', ')}]` : 'int32'));
  const draws = (seed: number): Tensor[] => {
    manualSeed(1000 * i + seed);
    return inputs.map((spec) => draw(spec, padding));
  };
  const extras = given.length === 0 ? '' : ` with ${Object.keys(tensors).join(', ')}`;
  const title = `${name}(${JSON.stringify(args).slice(1, -1)})${extras} of ${shapes.join(', ')}`;
  return gradientCase(title, module, draws, { order: 2 });
});
