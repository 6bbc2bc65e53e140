/* A part of a tensor as a view, and its adjoint: a tensor put into that part of another, or of zeros. */
import { ShapeError } from '../errors.ts';
import { contiguousStrides, formatShape, sameShape, type Shape } from '../shape.ts';
import { apply, defineOp, type Op } from '../tape/record.ts';
import { allocateTensor, viewAs } from '../tensor.ts';
import { copyInto } from './loops.ts';

/** Where elements lie in a storage. */
export interface Layout {
  readonly offset: number;
  readonly shape: Shape;
  readonly strides: readonly number[];
}

/** A pair of ops, each the other's adjoint. */
export interface PartOps<A> {
  /** The part of x, as a view. */
  readonly take: Op<readonly ['x'], A, readonly ['out']>;
  /** x, or zeros of the given shape, with src in the place of the part. */
  readonly put: Op<readonly ['src', 'x?'], A & { readonly shape: Shape }, readonly ['out']>;
}

/**
 * Defines the two ops of one kind of part. No two positions of a part may share an element.
 *
 * @param part - Where the part lies, for a whole at any strides; it has validated its attributes when it returns.
 */
export function defineParts<A extends object>(
  name: string,
  part: (whole: Layout, attrs: A) => Layout,
): PartOps<A> {
  const take: PartOps<A>['take'] = defineOp({
    name,
    inputs: ['x'],
    shape: ([x], attrs: A) => part(x, attrs).shape,
    view: ([x], attrs) => part(x, attrs),
    vjp: { x: (g, { attrs, specs }) => apply(put, [g, undefined], { ...attrs, shape: specs[0].shape }) },
  });
  const put: PartOps<A>['put'] = defineOp({
    name: `${name}Scatter`,
    inputs: ['src', 'x?'],
    shape: ([src], attrs: A & { readonly shape: Shape }) => {
      const { shape } = attrs;
      const expected = part(wholeOf(shape), attrs).shape;
      if (!sameShape(src.shape, expected)) {
        throw new ShapeError(
          `${name}Scatter: expected src to have a size equal to the ${name} of x. src size = ` +
            `${formatShape(src.shape)}, ${name} size = ${formatShape(expected)}`,
        );
      }
      return shape;
    },
    forward: ([src, x], attrs, out) => {
      if (x !== undefined) copyInto(x, out);
      const { offset, shape, strides } = part(out, attrs);
      copyInto(src, viewAs(out, offset, shape, strides));
    },
    vjp: {
      src: (g, { attrs }) => apply(take, [g], attrs),
      x: (g, { attrs }) =>
        apply(put, [allocateTensor(part(wholeOf(attrs.shape), attrs).shape, g.dtype), g], attrs),
    },
  });
  return { take, put };
}

function wholeOf(shape: Shape): Layout {
  return { offset: 0, shape, strides: contiguousStrides(shape) };
}
