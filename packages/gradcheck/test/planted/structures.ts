/* Wrong rules in functions of several outputs, of structures, of parameters, and in float32. */
import { autograd, type FunctionContext, type Tensor } from '@retrograd/core';
import { behaviour, bug, rule, type Checked, type PlantedBugs } from './bug.ts';
import { floats } from './values.ts';

const two = floats([3, 2], [3, 2]);
const single = (): Tensor[] => floats([3, 4])().map((x) => x.detach().to('float32').requiresGrad_());

type Pair = (g1: Tensor, g2: Tensor, a: Tensor, b: Tensor) => (Tensor | null)[];

/** (a·b, a + b), with a rule of one's own; `materialize` as in setMaterializeGrads. */
const pair =
  (backward: Pair, materialize = true): (() => Checked) =>
  () => {
    class ProductAndSum extends autograd.Function {
      static override forward(ctx: FunctionContext, a: Tensor, b: Tensor): [Tensor, Tensor] {
        ctx.saveForBackward(a, b);
        ctx.setMaterializeGrads(materialize);
        return [a.mul(b), a.add(b)];
      }
      static override backward(ctx: FunctionContext, g1: Tensor, g2: Tensor): (Tensor | null)[] {
        const [a, b] = ctx.savedTensors as [Tensor, Tensor];
        return backward(g1, g2, a, b);
      }
    }
    return (a: Tensor, b: Tensor) => ProductAndSum.apply(a, b);
  };
const rightPair = (a: Tensor, b: Tensor): Tensor[] => [a.mul(b), a.add(b)];

type Layer = Readonly<Record<'weight' | 'bias', Tensor>>;

const layerInputs = (): [Tensor, { layer: Layer; scale: number }] => {
  const [x, weight, bias] = floats([3, 4], [2, 4], [2])();
  return [x, { layer: { weight, bias }, scale: 0.5 }];
};
const layer = (
  x: Tensor,
  { layer: { weight, bias }, scale }: { layer: Layer; scale: number },
): { out: Tensor; parts: Tensor[] } => {
  const out = x.matmul(weight.t()).add(bias).mul(scale);
  return { out, parts: [out.tanh(), out.square()] };
};

export const structures: PlantedBugs = {
  secondOutputIgnored: behaviour(
    two,
    pair((g, _, a, b) => [g.mul(b), g.mul(a)]),
    rightPair,
  ),
  outputsSwapped: behaviour(
    two,
    pair((g1, g2, a, b) => [g2.mul(b).add(g1), g2.mul(a).add(g1)]),
    rightPair,
  ),
  undefinedGradientThrows: behaviour(
    two,
    pair((g1, g2, a, b) => [g1.mul(b).add(g2), g1.mul(a).add(g2)], false),
    rightPair,
  ),
  undefinedGradientTakenForTheOther: behaviour(
    two,
    pair((g1, g2: Tensor | null, a, b) => [g1.mul(b).add(g2 ?? g1), g1.mul(a).add(g2 ?? g1)], false),
    rightPair,
  ),
  nestedParameterWrong: behaviour(
    layerInputs,
    () => {
      const addBias = rule<[Tensor, Tensor]>(
        (y, b) => y.add(b),
        (g) => [g, g.mean(0)],
      );
      return (x: Tensor, { layer: { weight, bias }, scale }: { layer: Layer; scale: number }) => {
        const out = addBias(x.matmul(weight.t()), bias).mul(scale);
        return { out, parts: [out.tanh(), out.square()] };
      };
    },
    layer,
  ),
  nestedOutputWrong: behaviour(
    layerInputs,
    () => {
      const square = rule<[Tensor]>(
        (x) => x.square(),
        (g, x) => g.mul(x),
      );
      return (x: Tensor, rest: { layer: Layer; scale: number }) => {
        const { out, parts } = layer(x, rest);
        return { out, parts: [parts[0], square(out)] };
      };
    },
    layer,
  ),
  float32ByAPercent: bug(
    single,
    (x) => x.sin(),
    (g, x) => g.mul(x.cos()).mul(1.01),
  ),
  float32ByAThousandth: bug(
    single,
    (x) => x.exp(),
    (g, x) => g.mul(x.exp()).mul(1.001),
  ),
  float32OfLinear: bug(
    single,
    (x) => x.mul(3),
    (g) => g.mul(3.001),
  ),
  // It refuses float64, so that nothing but float32's own differences can tell.
  float32OnlyByAHundredth: bug(single, onlySingle, (g, x) => g.mul(x.cos()).mul(1.01)),
};

function onlySingle(x: Tensor): Tensor {
  if (x.dtype !== 'float32') throw new TypeError('a kernel for float32 only');
  return x.sin();
}
