/* Every op's samples as cases for the gradcheck command, first and second order. */
import { gradientCase, type GradientCase } from '@retrograd/gradcheck';
import type { Sample } from '../src/ops/op.cases.ts';
import { sourceOf } from './numeric.ts';
import { inputsFor, loadFamilies } from './samples.ts';

export const cases: GradientCase[] = loadFamilies()
  .flatMap((family) => family.cases)
  .flatMap(({ op, samples }) =>
    samples.flatMap((sample, i) => {
      const about = sample.name === undefined ? shapesOf(sample) : `${shapesOf(sample)}, ${sample.name}`;
      const name = `${op.name} ${i + 1}: ${about}`;
      const first = sourceOf(name).seed;
      // At kinks and ties there is nothing to compare with; the op tests hold those samples to their subgradients.
      if (sample.noGradientCheck !== undefined || !sample.run(...inputsFor(sample, first)).requiresGrad)
        return [];
      return [gradientCase(name, sample.run, (seed) => inputsFor(sample, first + seed), { order: 2 })];
    }),
  );

function shapesOf({ inputs }: Sample): string {
  return inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(' × ');
}
