import { DTypeError, isTensor, noGrad, Tensor, zeros } from '@retrograd/core';
import type { Parameter } from '../parameter.ts';
import { gradientOf, setGradientHome } from './gradients.ts';

/** A flat tensor from `getParameters()`, which also knows Torch7's way of adding a multiple: `x.add_(-lr, dx)`. */
export class FlatTensor extends Tensor {
  /** `x.add_(alpha, y)` adds alpha·y in place, as Torch7 writes it; else {@link Tensor.add_}. */
  declare add_: Tensor['add_'] & ((alpha: number, y: Tensor) => Tensor);

  static {
    const { add_ } = Tensor.prototype;
    Object.defineProperty(this.prototype, 'add_', {
      value(this: FlatTensor, first: Tensor | number, second?: Tensor | { readonly alpha?: number }) {
        if (!isTensor(second)) return add_.call(this, first, second);
        if (typeof first !== 'number') throw new TypeError('add_: add_(alpha, y) expects a number as alpha');
        return add_.call(this, second, { alpha: first });
      },
      writable: true,
      configurable: true,
    });
  }
}

/**
 * Moves parameters and their gradients into two flat tensors, of which they are views from then on. Parameters that
 * share their elements go on sharing them. Parameters that already lie so are left where they are.
 *
 * @throws DTypeError for parameters of several dtypes.
 */
export function flatten(parameters: readonly Parameter[]): [FlatTensor, FlatTensor] {
  const groups = groupedByElements(parameters);
  const dtypes = [...new Set(parameters.map(({ dtype }) => dtype))];
  if (dtypes.length > 1) {
    throw new DTypeError(
      `getParameters: one flat tensor has one dtype, the parameters have ${dtypes.join(', ')}`,
    );
  }
  const gradients = groups.map(([first]) => gradientOf(first));
  const values = flattened(
    groups.map(([first]) => first),
    (i, view) => groups[i].forEach((parameter) => parameter.setData(view)),
  );
  const flatGradient = flattened(gradients, (i, view) => {
    groups[i].forEach((parameter) => (parameter.grad = view));
    if (groups[i].length === 1) setGradientHome(groups[i][0], view);
  });
  return [values, flatGradient];
}

/** One tensor of all elements, and views of it given to `assign`; the tensors' own storage if they lie in order already. */
function flattened(tensors: readonly Tensor[], assign: (i: number, view: Tensor) => void): FlatTensor {
  const total = tensors.reduce((n, x) => n + x.numel(), 0);
  if (lieInOrder(tensors))
    return new FlatTensor(tensors[0].storage, tensors[0].offset, [total], [1], tensors[0].dtype);
  const { storage, dtype } = zeros([total], { dtype: tensors[0]?.dtype ?? 'float32' });
  const flat = new FlatTensor(storage, 0, [total], [1], dtype);
  let start = 0;
  noGrad(() => {
    tensors.forEach((x, i) => {
      const view = flat.narrow(0, start, x.numel()).view(x.shape);
      view.copy_(x.detach());
      assign(i, view.detach());
      start += x.numel();
    });
  });
  return flat;
}

function lieInOrder(tensors: readonly Tensor[]): boolean {
  if (tensors.length === 0) return false;
  const [{ storage, offset }] = tensors;
  let next = offset;
  return tensors.every((x) => {
    const here = x.storage === storage && x.offset === next && x.isContiguous();
    next += x.numel();
    return here;
  });
}

/** Parameters in order, those that share their elements in one group. */
function groupedByElements(parameters: readonly Parameter[]): Parameter[][] {
  const groups: Parameter[][] = [];
  for (const parameter of parameters) {
    const { storage, offset } = parameter;
    const group = groups.find(([first]) => first.storage === storage && first.offset === offset);
    if (group === undefined) groups.push([parameter]);
    else group.push(parameter);
  }
  return groups;
}
