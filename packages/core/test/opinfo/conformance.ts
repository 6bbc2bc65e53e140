/* What becomes of every variant of OpInfo: run once each, remembered. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { calleeOf } from './call.ts';
import { accepted } from './reasons.ts';
import { Deviation, runErrorSample, runSample, type ErrorSample, type Sample, type Stage } from './sample.ts';
import { looser } from './tolerances.ts';

/** A line of index.json, as scripts/golden/opinfo.py writes it. */
export interface Variant {
  readonly variant: string;
  /** Why there are no samples. */
  readonly outOfReach?: string;
  readonly file?: string;
  readonly samples?: number;
  readonly errors?: number;
  /** PyTorch has no second derivative. */
  readonly onceDifferentiable?: boolean;
}

/** A sample that deviates. */
export interface Failure {
  readonly sample: number;
  readonly stage: Stage | 'error';
  readonly message: string;
}

/** What became of a variant: `missing` if it calls a function that does not exist. */
export interface Outcome extends Variant {
  readonly missing: boolean;
  readonly failures: readonly Failure[];
}

/** Samples drawn with other seeds can be tried by naming their directory. */
const directory = process.env.RETROGRAD_OPINFO ?? join(__dirname, '..', 'golden', 'opinfo');

/** Every differentiable float64 variant of OpInfo, in alphabetical order. */
export const variants = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')) as readonly Variant[];

const outcomes = new Map<string, Outcome>();

/** Runs all samples of a variant, the first time it is asked for. */
export function outcomeOf(variant: Variant): Outcome {
  const known = outcomes.get(variant.variant);
  if (known !== undefined) return known;
  const outcome = run(variant);
  outcomes.set(variant.variant, outcome);
  return outcome;
}

/** The samples of a variant and its error inputs. */
export function samplesOf({ file }: Variant): readonly (Sample | ErrorSample)[] {
  if (file === undefined) return [];
  const text = gunzipSync(readFileSync(join(directory, file))).toString();
  return JSON.parse(text) as (Sample | ErrorSample)[];
}

function run(variant: Variant): Outcome {
  const callee = calleeOf(variant.variant);
  if (callee === null || variant.file === undefined) {
    return { ...variant, missing: callee === null, failures: [] };
  }
  const tolerance = { rtol: 1e-7, atol: 1e-10, ...looser[variant.variant] };
  const known = Object.keys(accepted[variant.variant] ?? {});
  const failures = samplesOf(variant).flatMap((sample, at): Failure[] => {
    try {
      if ('error' in sample && known.some((pattern) => sample.error.includes(pattern))) return [];
      if ('error' in sample) runErrorSample(sample, callee);
      else runSample(sample, callee, tolerance);
      return [];
    } catch (error) {
      const stage = error instanceof Deviation ? error.stage : 'error';
      return [{ sample: at, stage, message: (error as Error).message }];
    }
  });
  return { ...variant, missing: false, failures };
}
