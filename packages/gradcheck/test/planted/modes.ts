/* Functions that count, draw, or read the mode they run in: not the same twice. */
import {
  autograd,
  enableGrad,
  type FunctionContext,
  Generator,
  isGradEnabled,
  rand,
  type Tensor,
} from '@retrograd/core';
import { behaviour, bug, rule, type Checked, type PlantedBugs } from './bug.ts';
import { constant, floats } from './values.ts';

const one = floats([3, 4]);
const sine = (x: Tensor): Tensor => x.sin();
const plainSine = rule<[Tensor]>(sine, (g, x) => g.mul(x.cos()));

/** sin whose rule gets the number of the call. */
const counted =
  (scale: (call: number) => number): (() => Checked) =>
  () => {
    let calls = 0;
    return rule<[Tensor]>(sine, (g, x) => g.mul(x.cos()).mul(scale(calls++)));
  };

export const modes: PlantedBugs = {
  randomBackward: bug(one, sine, (g, x) => g.mul(x.cos()).add(rand(x.shape, { dtype: 'float64' }).mul(1e-9))),
  // Streams of their own: the checker starts the default one afresh before each call.
  randomForward: behaviour(
    one,
    () => {
      const generator = new Generator(7);
      return (x: Tensor) => x.sin().add(rand(x.shape, { dtype: 'float64', generator }).mul(1e-9));
    },
    sine,
  ),
  dropoutOnEveryCall: behaviour(
    one,
    () => {
      const generator = new Generator(7);
      return (x: Tensor) => x.mul(rand(x.shape, { dtype: 'float64', generator }).gt(0.5)).mul(2);
    },
    (x: Tensor) => x.mul(constant([2, 0, 0, 2])),
  ),
  alternates: behaviour(
    one,
    counted((call) => (call % 2 === 0 ? 1 : -1)),
    sine,
  ),
  driftsWithEveryCall: behaviour(
    one,
    counted((call) => 1 + call * 1e-9),
    sine,
  ),
  secondCallDiffers: behaviour(
    one,
    counted((call) => (call === 1 ? 2 : 1)),
    sine,
  ),
  rerunDiffers: behaviour(
    one,
    () => {
      class Sine extends autograd.Function {
        static override forward(ctx: FunctionContext, x: Tensor): Tensor {
          ctx.saveForBackward(x);
          ctx['runs'] = 0;
          return x.sin();
        }
        static override backward(ctx: FunctionContext, g: Tensor): Tensor {
          const runs = (ctx['runs'] as number)++;
          return g.mul((ctx.savedTensors[0] as Tensor).cos()).mul(runs === 0 ? 1 : 0);
        }
      }
      return (x: Tensor) => Sine.apply(x);
    },
    sine,
  ),
  createGraphDiffers: bug(one, sine, (g, x) => g.mul(x.cos()).mul(isGradEnabled() ? 1.5 : 1)),
  plainDiffersFromCreateGraph: bug(one, sine, (g, x) => g.mul(x.cos()).mul(isGradEnabled() ? 1 : 1.5)),
  recordedDiffers: behaviour(
    one,
    () => (x: Tensor) => (isGradEnabled() ? x.sin() : x.sin().mul(1.0001)),
    sine,
  ),
  recordedDiffersByAConstant: behaviour(
    one,
    () => (x: Tensor) => x.sin().add(isGradEnabled() ? 0.5 : 0),
    sine,
  ),
  requiresGradDiffers: behaviour(
    one,
    () => (x: Tensor) => (x.requiresGrad ? plainSine(x) : x.sin().add(0.25)),
    sine,
  ),
  partlyDetached: behaviour(
    one,
    () => (x: Tensor) => x.mul(x.detach()),
    (x: Tensor) => x.square(),
  ),
  computedOutsideTheTape: behaviour(
    one,
    () => (x: Tensor) => x.sin().add(enableGrad(() => x.detach().cos())),
    (x: Tensor) => x.sin().add(x.cos()),
  ),
  samplesMix: behaviour(floats([5, 3]), () => (x: Tensor) => x.sub(x.mean(0)), null, {
    options: { batchDim: 0 },
  }),
};
