import { AutogradError, type Tensor } from '@retrograd/core';
import { rebuilt, requireLike, tensorsOf, type Activity } from './activity.ts';

/** What an activity was when a forward was given it: its tensors, and their versions. */
export class Snapshot {
  readonly tensors: readonly Tensor[];
  /** Of the same structure, in tables of its own: the caller's may get other items. */
  readonly activity: Activity;
  private readonly versions: readonly number[];

  /**
   * @param what - What it is called in errors: `input`.
   * @throws TypeError for what is neither a tensor nor a table of them.
   */
  constructor(where: string, what: string, activity: unknown) {
    this.tensors = tensorsOf(where, what, activity);
    this.activity = rebuilt(activity as Activity, this.tensors);
    this.versions = this.tensors.map(({ version }) => version);
  }

  /** Whether these are the same tensors, unmodified. */
  holds(tensors: readonly Tensor[]): boolean {
    return (
      tensors.length === this.tensors.length &&
      this.tensors.every((x, i) => sameElements(x, tensors[i]) && x.version === this.versions[i])
    );
  }

  /**
   * Throws unless backward is given what forward was given.
   *
   * @throws TypeError, ShapeError or DTypeError for another structure; AutogradError for other or modified tensors.
   */
  require(where: string, what: string, given: unknown): void {
    requireLike({ where, what: `${what}s`, like: `the last forward's ${what}` }, given, this.activity);
    const tensors = tensorsOf(where, what, given);
    this.tensors.forEach((x, i) => {
      const which = tensors.length === 1 ? `the ${what}` : `tensor ${i} of the ${what}`;
      if (!sameElements(x, tensors[i])) {
        throw new AutogradError(
          `${where}: ${which} is not the one of the last forward, and backward goes back through the last forward only. ` +
            `Call forward with this ${what} first, or keep one layer for each forward in flight`,
        );
      }
      if (x.version !== this.versions[i]) {
        throw new AutogradError(
          `${where}: ${which} has been modified by an inplace operation since forward: it is at version ` +
            `${x.version}; expected version ${this.versions[i]}. Call forward again, or modify a clone()`,
        );
      }
    });
  }
}

/** Whether two tensors of one shape and dtype are the same, or views of the same elements. */
function sameElements(a: Tensor, b: Tensor): boolean {
  return a.storage === b.storage && a.offset === b.offset && a.strides.join() === b.strides.join();
}
