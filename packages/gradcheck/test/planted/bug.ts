/* What a planted bug looks like, and how to plant one. */
import { autograd, enableGrad, grad, type FunctionContext, type Tensor } from '@retrograd/core';
import type { GradcheckOptions, Nested } from '../../src/options.ts';
import type { Finding } from '../../src/report.ts';

/** A function to check: tensors, or structures of them, in and out. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each bug has arguments of its own
export type Checked = (...inputs: any[]) => Nested;

/** A function whose values are right and whose gradients are not, and how somebody would check it. */
export interface PlantedBug {
  /** Makes the wrong function: anew for each check, so that one which counts or remembers begins from the start. */
  readonly make: () => Checked;
  /** The same function with right gradients, which must not be flagged; null where there is no such thing. */
  readonly right: Checked | null;
  /** Anew for each check too. */
  readonly inputs: () => Nested[];
  readonly options?: GradcheckOptions;
  /** The kinds of finding that would name the bug; any, unless given. */
  readonly by?: readonly Finding['kind'][];
  /** PyTorch's users would take its fast mode here, since the Jacobian is large. */
  readonly large?: boolean;
  /** What the report's words must match. */
  readonly says?: RegExp;
}

export type PlantedBugs = Readonly<Record<string, PlantedBug>>;

type Gradients = Tensor | null | readonly (Tensor | null)[];
type Extra = Pick<PlantedBug, 'options' | 'by' | 'large' | 'says'>;

/** A function with a rule of one's own: `backward` gets the cotangent and the inputs. */
export function rule<A extends Tensor[]>(
  forward: (...inputs: A) => Tensor,
  backward: (g: Tensor, ...inputs: A) => Gradients,
): (...inputs: A) => Tensor {
  class Planted extends autograd.Function {
    static override forward(ctx: FunctionContext, ...inputs: Tensor[]): Tensor {
      ctx.saveForBackward(...inputs);
      return forward(...(inputs as A));
    }
    static override backward(ctx: FunctionContext, g: Tensor): Gradients {
      return backward(g, ...(ctx.savedTensors as A));
    }
  }
  return (...inputs) => Planted.apply(...inputs);
}

/** A bug in a rule. The right function is the forward as core differentiates it. */
export function bug<A extends Tensor[]>(
  inputs: () => Tensor[],
  forward: (...inputs: A) => Tensor,
  backward: (g: Tensor, ...inputs: A) => Gradients,
  extra: Extra = {},
): PlantedBug {
  return { make: () => rule(forward, backward), right: forward, inputs, ...extra };
}

/** A bug that is no rule: `make` gives a new function at each call. */
export function behaviour(
  inputs: () => Nested[],
  make: () => Checked,
  right: Checked | null,
  extra: Extra = {},
): PlantedBug {
  return { make, right, inputs, ...extra };
}

/**
 * The gradients of another function than the one that was computed: what somebody writes who forgets an option in the
 * backward pass.
 */
export function gradientOf<A extends Tensor[]>(
  other: (...inputs: A) => Tensor,
): (g: Tensor, ...inputs: A) => Tensor[] {
  return (g, ...inputs) => {
    const leaves = inputs.map((x) => x.detach().requiresGrad_());
    return enableGrad(() =>
      grad(other(...(leaves as A)), leaves, { gradOutputs: g.detach(), materializeGrads: true }),
    );
  };
}
