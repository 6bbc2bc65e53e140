/* Every layer and loss, with its parameters, as cases for the gradcheck command, first and second order. */
import { gradientCase, type GradientCase } from '@retrograd/gradcheck';
import { isTensor, manualSeed, type Tensor } from '@retrograd/core';
import { Embedding, GaussianNLLLoss, type Module } from '../src/index.ts';
import { drawInputs, goldenCases, makeModule, tensorsIn, titleOf, type GoldenCase } from './goldenModules.ts';

/**
 * The layers and inputs that the tests compare with PyTorch, in training mode and, where that is something else, in
 * evaluation mode. What a call changes in buffers, and what it draws at random, is the same in every call of a check.
 */
export const cases: GradientCase[] = goldenCases.filter(isDifferentiable).flatMap((c, i) => {
  const training = caseOf({ ...c, eval: false }, i);
  const evaluation = caseOf({ ...c, eval: true }, i);
  return training.output === evaluation.output ? [training.made] : [training.made, evaluation.made];
});

/** Rows that are scaled down to a norm are, by agreement, to a gradient what they have become. */
function isDifferentiable({ args }: GoldenCase): boolean {
  return !args.some((arg) => typeof arg === 'object' && arg !== null && 'maxNorm' in arg);
}

function caseOf(c: GoldenCase, i: number): { made: GradientCase; output: string } {
  manualSeed(i);
  const module = makeModule(c);
  const draws = (seed: number): unknown[] => {
    manualSeed(1000 * i + seed);
    return differentiable(module, drawInputs(c.inputs));
  };
  const made = gradientCase(titleOf(c), module, draws, { order: 2 });
  const inputs = draws(0) as Tensor[];
  const output = tensorsIn(module.forward(...inputs)).map((y) => y.toArray());
  return { made, output: JSON.stringify(output) };
}

/** The inputs, moved away from where a gradient is by agreement something else than the derivative. */
function differentiable(module: Module, inputs: unknown[]): unknown[] {
  if (module instanceof Embedding && module.paddingIdx !== null) {
    // The padding row has none, whatever it does to the output: its index is left out.
    const { paddingIdx } = module;
    return inputs.map((x) => (isTensor(x) ? x.maskedFill(x.eq(paddingIdx), (paddingIdx + 1) % 2) : x));
  }
  if (module instanceof GaussianNLLLoss) {
    // The lower bound of the variance lets the gradient through.
    const [x, target, variance] = inputs as Tensor[];
    return [x, target, variance.detach().add(module.eps).requiresGrad_(variance.requiresGrad)];
  }
  return inputs;
}
