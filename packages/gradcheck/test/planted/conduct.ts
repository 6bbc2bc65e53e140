/* Functions that remember, or modify what is not theirs. */
import { autograd, type FunctionContext, type Tensor } from '@retrograd/core';
import { behaviour, bug, rule, type Checked, type PlantedBugs } from './bug.ts';
import { floats, integers, poke } from './values.ts';

const one = floats([3, 4]);
const two = floats([3, 4], [3, 4]);
const sine = (x: Tensor): Tensor => x.sin();

/** sin with a right rule, and something done behind it in the backward pass. */
const sineWith =
  (aside: (g: Tensor, x: Tensor) => void): (() => Checked) =>
  () =>
    rule<[Tensor]>(sine, (g, x) => {
      const result = g.mul(x.cos());
      aside(g, x);
      return result;
    });

export const conduct: PlantedBugs = {
  mutatesCotangent: bug(
    one,
    (x) => x.exp(),
    (g, x) => g.mul_(x.exp()),
  ),
  mutatesCotangentUnseen: behaviour(
    one,
    sineWith((g) => poke(g, 0, (v) => -v)),
    sine,
  ),
  clearsCotangent: behaviour(
    one,
    sineWith((g) => Array.from({ length: g.numel() }, (_, i) => poke(g, i, () => 0))),
    sine,
  ),
  mutatesCotangentInTheMiddle: behaviour(
    one,
    () => {
      const negated = rule<[Tensor]>(
        (x) => x.neg(),
        (g) => g.neg_(),
      );
      return (x: Tensor) => x.sin().add(negated(x));
    },
    (x: Tensor) => x.sin().sub(x),
  ),
  mutatesInputInForward: behaviour(
    one,
    () =>
      rule<[Tensor]>(
        (x) => {
          const y = x.sin();
          poke(x, 5, (v) => v + 1e-3);
          return y;
        },
        (g, x) => g.mul(x.cos()),
      ),
    sine,
  ),
  mutatesInputInBackward: behaviour(
    one,
    sineWith((_, x) => poke(x, 1, (v) => v * 1.5)),
    sine,
  ),
  mutatesIntegerInput: behaviour(
    () => [...floats([4, 3])(), integers([0, 2, 1])],
    () => (x: Tensor, index: Tensor) => {
      const y = x.indexSelect(0, index).sin();
      poke(index, 0, () => 3);
      return y;
    },
    (x: Tensor, index: Tensor) => x.indexSelect(0, index).sin(),
  ),
  mutatesSavedOutput: behaviour(
    one,
    () => savesOutput((y) => poke(y, 2, (v) => v * 2)),
    (x: Tensor) => x.exp(),
  ),
  mutatesOwnCopy: behaviour(
    one,
    () => {
      class Sine extends autograd.Function {
        static override forward(ctx: FunctionContext, x: Tensor): Tensor {
          ctx['slope'] = x.cos();
          return x.sin();
        }
        static override backward(ctx: FunctionContext, g: Tensor): Tensor {
          return (ctx['slope'] as Tensor).mul_(g).clone();
        }
      }
      return (x: Tensor) => Sine.apply(x);
    },
    sine,
  ),
  staleSaved: behaviour(
    one,
    () => {
      let saved: Tensor;
      return rule<[Tensor]>((x) => ((saved = x.clone()), x.sin()), (g) => g.mul(saved.cos())); // prettier-ignore
    },
    sine,
  ),
  staleFirst: behaviour(
    one,
    () => {
      let saved: Tensor | null = null;
      return rule<[Tensor]>((x) => ((saved ??= x.clone()), x.sin()), (g) => g.mul((saved as Tensor).cos())); // prettier-ignore
    },
    sine,
  ),
  cachedByShape: behaviour(
    one,
    () => {
      const cache = new Map<string, Tensor>();
      return rule<[Tensor]>(sine, (g, x) => {
        const key = String(x.shape);
        const slope = cache.get(key) ?? x.cos();
        cache.set(key, slope);
        return g.mul(slope);
      });
    },
    sine,
  ),
  overwritesGrad: behaviour(
    one,
    sineWith((_, x) => (x.grad = null)),
    sine,
  ),
  addsToGradItself: behaviour(
    one,
    sineWith((g, x) => {
      if (x.isLeaf) x.grad = x.grad?.add(g.mul(x.cos())) ?? g.mul(x.cos());
    }),
    sine,
  ),
  gradIsTheSeed: behaviour(
    one,
    () => {
      let seed: Tensor | null = null;
      const identity = rule<[Tensor]>(
        (x) => x.clone(),
        (g) => (seed = g),
      );
      return (x: Tensor) => {
        if (x.requiresGrad && x.isLeaf) {
          const handle = x.registerPostAccumulateGradHook((leaf) => {
            handle.remove();
            leaf.grad = seed;
          });
        }
        return identity(x);
      };
    },
    (x: Tensor) => x.clone(),
  ),
  gradsShareABuffer: behaviour(
    two,
    () => (a: Tensor, b: Tensor) => {
      if (a.isLeaf && b.isLeaf && a.requiresGrad && b.requiresGrad) {
        const handle = b.registerPostAccumulateGradHook(() => {
          handle.remove();
          const both = a.grad ?? b.grad;
          a.grad = both;
          b.grad = both;
        });
      }
      return a.add(b);
    },
    (a: Tensor, b: Tensor) => a.add(b),
  ),
  hooksPileUp: behaviour(
    one,
    () => (x: Tensor) => {
      if (x.requiresGrad) x.registerHook((g) => g.mul(1.01));
      return x.sin().div(1.01);
    },
    null,
  ),
};

/** exp, which saves its output and does something to it when the rule has run. */
function savesOutput(aside: (y: Tensor) => void): Checked {
  class Exp extends autograd.Function {
    static override forward(ctx: FunctionContext, x: Tensor): Tensor {
      const y = x.exp();
      ctx.saveForBackward(y);
      return y;
    }
    static override backward(ctx: FunctionContext, g: Tensor): Tensor {
      const [y] = ctx.savedTensors as [Tensor];
      const result = g.mul(y);
      aside(y);
      return result;
    }
  }
  return (x: Tensor) => Exp.apply(x);
}
