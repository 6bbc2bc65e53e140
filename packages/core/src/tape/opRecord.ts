import type { DType } from '../dtype.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Cotangents, TensorSpec } from './entry.ts';

/** The names of an op's inputs. Last ones ending in `?` may be left out; a single `...name` takes any number. */
export type InputNames = readonly string[];

/** An input's name without its marks. */
export type Plain<N> = N extends `${infer B}?` ? B : N extends `...${infer B}` ? B : N;

/** The tensors that go with a list of input names. */
export type Inputs<I extends InputNames> = I extends readonly [`...${string}`]
  ? readonly Tensor[]
  : { readonly [K in keyof I]: I[K] extends `${string}?` ? Tensor | undefined : Tensor };

/** What a rule may read: the values its op `saves`, the attributes, the inputs' shapes and dtypes. */
export type RuleContext<I extends InputNames, A, O extends readonly string[]> = {
  /** A saved input or output. Throws if it was modified since. */
  readonly [K in Plain<I[number]> | O[number]]: Tensor;
} & {
  readonly attrs: A;
  /** Shape and dtype of each input that needs a gradient, such as the one the rule is for. */
  readonly specs: readonly TensorSpec[];
  /** The cotangents of all outputs, for an op with several; null where none has arrived. */
  readonly cotangents: Cotangents;
};

/**
 * The cotangent of one input from the cotangent g of the output (of the first that has one, if there are several),
 * written in ops. For a variadic op `i` says which input. Null for a gradient that is zero.
 */
export type Rule<I extends InputNames, A, O extends readonly string[]> = (
  g: Tensor,
  context: RuleContext<I, A, O>,
  i: number,
) => Tensor | null;

/** One for an op with one output, else one for each. */
export type PerOutput<O extends readonly string[], T> = O extends readonly [string] ? T : readonly T[];

/** An op as it is written down; see {@link defineOp}. */
export interface OpRecord<I extends InputNames, A, O extends readonly string[] = ['out']> {
  readonly name: string;
  readonly inputs: I;
  /** The names of the outputs, `['out']` unless given. */
  readonly outputs?: O;
  /** Validates the inputs and gives the output's shape (or one for each of several). Nowhere else checks shapes. */
  readonly shape: (inputs: Inputs<I>, attrs: A) => PerOutput<O, Shape>;
  /** The output's dtype (or one for each of several); the first input's unless given. */
  readonly dtype?: PerOutput<O, DType> | ((inputs: Inputs<I>, attrs: A) => PerOutput<O, DType>);
  /** Computes into new, zeroed, contiguous outputs. Calls kernels only. */
  readonly forward?: (inputs: Inputs<I>, attrs: A, ...outputs: { [K in keyof O]: Tensor }) => void;
  /** Instead of `forward`, for an op that copies nothing: its output's place in the first input's storage. */
  readonly view?: (
    inputs: Inputs<I>,
    attrs: A,
    shape: Shape,
  ) => { readonly offset: number; readonly strides: readonly number[] };
  /** For each input, the values its rule reads: only those for inputs that need a gradient are kept alive. */
  readonly saves?: { readonly [K in Plain<I[number]>]?: readonly (Plain<I[number]> | O[number])[] };
  /** One rule per input, null where an input has no gradient; null for an op that has none at all. */
  readonly vjp: { readonly [K in Plain<I[number]>]: Rule<I, A, O> | null } | null;
  /** The inputs broadcast against each other: what a rule returns is summed back to its input's shape. */
  readonly broadcasts?: boolean;
}
