/* What every tier checks: a function of one flat vector, whatever it was made from. */

/** One input or output of the function, as a part of the flat vector. */
export interface Slot {
  readonly name: string;
  readonly shape: readonly number[];
  /** Where it begins and ends in the flat vector. */
  readonly start: number;
  readonly end: number;
}

/** A function with its gradient. All vectors are flat: all inputs, or all outputs, in order. */
export interface Subject {
  readonly name: string;
  /** 1 where values are those of the function itself, 2 where they are its gradients, … */
  readonly order: number;
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
  /** The inputs' values. */
  readonly point: Float64Array;
  /** The relative rounding error of one operation: 2^-53, or 2^-24 where the function computes in float32. */
  readonly unit: number;
  /** Gradients smaller than this are nothing but rounding, by the size of the function's own values (0 where those are the values). */
  readonly floor: number;
  /** The values at x, which is not modified. */
  evaluate(x: Float64Array): Float64Array;
  /** Runs the function at x and returns its pullback: from a cotangent of the outputs to the gradient of the inputs. */
  linearize(x: Float64Array): (cotangent: Float64Array) => Float64Array;
}

/** Lays slots one after the other. */
export function layOut(
  parts: readonly { readonly name: string; readonly shape: readonly number[] }[],
): Slot[] {
  let start = 0;
  return parts.map(({ name, shape }) => {
    const end = start + shape.reduce((a, b) => a * b, 1);
    const slot = { name, shape, start, end };
    start = end;
    return slot;
  });
}

export function totalOf(slots: readonly Slot[]): number {
  return slots.length === 0 ? 0 : slots[slots.length - 1].end;
}

/** The slot an element of the flat vector lies in. */
export function slotOf(slots: readonly Slot[], element: number): Slot {
  return slots.find(({ end }) => element < end) ?? slots[slots.length - 1];
}

/** The position of an element of the flat vector within its slot. */
export function positionIn(slot: Slot, element: number): number[] {
  let rest = element - slot.start;
  const position = slot.shape.map(() => 0);
  for (let d = slot.shape.length - 1; d >= 0; d--) {
    position[d] = rest % slot.shape[d];
    rest = (rest - position[d]) / slot.shape[d];
  }
  return position;
}

/** The name of an element of the flat vector: `inputs[0][1, 2]`. */
export function elementName(slots: readonly Slot[], element: number): string {
  const slot = slotOf(slots, element);
  return slot.shape.length === 0 ? slot.name : `${slot.name}[${positionIn(slot, element).join(', ')}]`;
}
