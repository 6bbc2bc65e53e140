/* What goes into and comes out of a module here: tensors and tables of them. */
import { DTypeError, isTensor, ShapeError, type Tensor } from '@retrograd/core';

/** An array of activities: what Torch7 calls a table. */
export type Table = readonly Activity[];

/** A tensor, or a table of activities, to any depth. */
export type Activity = Tensor | Table;

/** Whether an activity is a table. */
export function isTable(value: unknown): value is Table {
  return Array.isArray(value);
}

/**
 * The tensors of an activity, in order.
 *
 * @param where - Goes before the message.
 * @param what - What the activity is called in the message.
 * @throws TypeError for anything in it that is neither a tensor nor an array.
 */
export function tensorsOf(where: string, what: string, activity: unknown): Tensor[] {
  const found: Tensor[] = [];
  const visit = (value: unknown, name: string): void => {
    if (isTensor(value)) found.push(value);
    else if (isTable(value)) value.forEach((item, i) => visit(item, `${name}[${i}]`));
    else
      throw new TypeError(
        `${where}: ${name} must be a tensor or a table (array) of them, got ${typeName(value)}`,
      );
  };
  visit(activity, what);
  return found;
}

/** A new activity of the same structure, with other tensors in place of its own, in order. */
export function rebuilt<A extends Activity>(activity: A, tensors: readonly Tensor[]): A;
export function rebuilt(activity: Activity, tensors: readonly Tensor[]): Activity {
  let next = 0;
  const build = (value: Activity): Activity => (isTensor(value) ? tensors[next++] : value.map(build));
  return build(activity);
}

/** The structure of an activity: shapes, in braces where they stand in a table. */
export function describe(activity: unknown): string {
  if (isTensor(activity)) return `[${activity.shape.join(', ')}]`;
  if (isTable(activity)) return `{${activity.map(describe).join(', ')}}`;
  return typeName(activity);
}

/** What is compared, for the messages of {@link requireLike}. */
export interface Comparison {
  /** Goes before the message. */
  readonly where: string;
  /** What is compared, in the plural: `inputs`, `gradOutputs`. */
  readonly what: string;
  /** What it must be like: `the last forward's input`. */
  readonly like: string;
}

/**
 * Throws unless an activity has the structure, shapes and dtypes of another: Torch7's
 * `expecting table of 2 inputs` and `Got 3 inputs instead of 2` where tables differ.
 *
 * @throws TypeError for another structure; ShapeError for another shape; DTypeError for another dtype.
 */
export function requireLike(
  { where, what, like }: Comparison,
  given: unknown,
  expected: Activity,
): asserts given is Activity {
  const single = what.slice(0, -1);
  const compare = (got: unknown, want: Activity, name: string): void => {
    const place = name === single ? '' : ` as ${name}`;
    if (isTable(want)) {
      if (!isTable(got)) {
        throw new TypeError(
          `${where}: expecting table of ${want.length} ${what}${place}, got ${articled(got)}; ${like} is ${describe(expected)}`,
        );
      }
      if (got.length !== want.length) {
        throw new TypeError(
          `${where}: Got ${got.length} ${what} instead of ${want.length}${place}; ${like} is ${describe(expected)}`,
        );
      }
      want.forEach((item, i) => compare(got[i], item, `${name}[${i}]`));
      return;
    }
    if (!isTensor(got)) {
      throw new TypeError(
        `${where}: expecting a tensor as ${name}, got ${articled(got)}; ${like} is ${describe(expected)}`,
      );
    }
    if (got.shape.join() !== want.shape.join()) {
      throw new ShapeError(
        `${where}: ${name} has shape ${describe(got)} where ${like} has ${describe(want)}`,
      );
    }
    if (got.dtype !== want.dtype) {
      throw new DTypeError(`${where}: ${name} has dtype ${got.dtype} where ${like} has ${want.dtype}`);
    }
  };
  compare(given, expected, single);
}

function articled(value: unknown): string {
  if (isTensor(value)) return `a tensor of shape ${describe(value)}`;
  return isTable(value) ? `a table ${describe(value)}` : typeName(value);
}

function typeName(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
