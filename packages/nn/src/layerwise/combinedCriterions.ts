/* Criterions made of criterions. */
import type { Tensor } from '@retrograd/core';
import { checkFlag, checkNumber, checkOptions } from '../checks.ts';
import type { Activity, Table } from './activity.ts';
import { Criterion } from './criterions.ts';
import { within } from './errorPath.ts';
import { requireTable } from './tables.ts';

/** A weighted sum of criterions. */
abstract class Combined<I extends Activity, T, EachI extends Activity, EachT> extends Criterion<I, T> {
  /** The criterions and their weights, in order. */
  readonly terms: { readonly criterion: Criterion<EachI, EachT>; readonly weight: number }[] = [];

  /** Adds a criterion, `weight` times. */
  add(criterion: Criterion<EachI, EachT>, weight = 1): this {
    if (typeof (criterion as Partial<typeof criterion> | null)?.loss !== 'function') {
      throw new TypeError(`${this.constructor.name}: expected a criterion, got ${typeof criterion}`);
    }
    checkNumber(this.constructor.name, 'weight', weight);
    this.terms.push({ criterion, weight });
    return this;
  }

  protected total(inputOf: (i: number) => EachI, targetOf: (i: number) => EachT): Tensor {
    const { name } = this.constructor;
    if (this.terms.length === 0) throw new TypeError(`${name}: there are no criterions; add(criterion) some`);
    return this.terms
      .map(({ criterion, weight }, i) =>
        within(`In ${i + 1} criterion of ${name}`, () => criterion.loss(inputOf(i), targetOf(i)).mul(weight)),
      )
      .reduce((sum, x) => sum.add(x));
  }
}

/** Σᵢ weightᵢ · criterionᵢ(input, target) (nn.MultiCriterion of Torch7). */
export class MultiCriterion<I extends Activity = Tensor, T = Tensor> extends Combined<I, T, I, T> {
  loss(input: I, target: T): Tensor {
    return this.total(
      () => input,
      () => target,
    );
  }
}

/** Options of {@link ParallelCriterion}. */
export interface ParallelCriterionOptions {
  /** Whether every criterion gets the whole target instead of its item. Default false. */
  readonly repeatTarget?: boolean;
}

/** Σᵢ weightᵢ · criterionᵢ(inputᵢ, targetᵢ) for tables of inputs and targets (nn.ParallelCriterion of Torch7). */
export class ParallelCriterion extends Combined<Table, unknown, Activity, unknown> {
  readonly repeatTarget: boolean;

  constructor(options: ParallelCriterionOptions = {}) {
    super();
    checkOptions('ParallelCriterion', options);
    this.repeatTarget = options.repeatTarget ?? false;
    checkFlag('ParallelCriterion', 'repeatTarget', this.repeatTarget);
  }

  /** @throws TypeError unless input and target have one item for each criterion. */
  loss(input: Table, target: unknown): Tensor {
    const n = this.terms.length;
    const inputs = requireTable('ParallelCriterion', input, n);
    if (!this.repeatTarget && (!Array.isArray(target) || target.length !== n)) {
      throw new TypeError(`ParallelCriterion: expecting table of ${n} targets (or repeatTarget: true)`);
    }
    const targets = target as readonly unknown[];
    return this.total(
      (i) => inputs[i],
      (i) => (this.repeatTarget ? target : targets[i]),
    );
  }
}
