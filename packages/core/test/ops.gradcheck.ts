/* Every op's samples as cases for the gradcheck command, first and second order. */
import { gradientCase, type GradientCase } from '@retrograd/gradcheck';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Tensor } from '../src/index.ts';
import type { OpCases, Sample } from '../src/ops/op.cases.ts';
import { seededSource, sourceOf } from './numeric.ts';
import { tensorFor, valuesFor } from './samples.ts';

const folder = join(__dirname, '../src/ops');
const load = createRequire(__filename);

export const cases: GradientCase[] = readdirSync(folder)
  .filter((file) => file.endsWith('.cases.ts') && file !== 'op.cases.ts')
  .flatMap((file) => (load(join(folder, file)) as { cases: OpCases[] }).cases)
  .flatMap(({ op, samples }) =>
    samples.flatMap((sample, i) => {
      const about = sample.name === undefined ? shapesOf(sample) : `${shapesOf(sample)}, ${sample.name}`;
      const name = `${op.name} ${i + 1}: ${about}`;
      const inputs = (seed: number): Tensor[] => {
        const source = seededSource(sourceOf(name).seed + seed);
        return sample.inputs.map((spec) => tensorFor(spec, valuesFor(spec, source)));
      };
      // At kinks and ties there is nothing to compare with; the op tests hold those samples to their subgradients.
      if (sample.noGradientCheck !== undefined || !sample.run(...inputs(0)).requiresGrad) return [];
      return [gradientCase(name, sample.run, inputs, { order: 2 })];
    }),
  );

function shapesOf({ inputs }: Sample): string {
  return inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(' × ');
}
