/* All planted bugs, by family. */
import type { Finding } from '../../src/report.ts';
import type { PlantedBugs } from './bug.ts';
import { conduct } from './conduct.ts';
import { cotangents } from './cotangents.ts';
import { modes } from './modes.ts';
import { norms } from './norms.ts';
import { orders } from './orders.ts';
import { places } from './places.ts';
import { pointwise } from './pointwise.ts';
import { shapes } from './shapes.ts';
import { structures } from './structures.ts';
import { windows } from './windows.ts';

const families: Readonly<Record<string, PlantedBugs>> = {
  pointwise,
  shapes,
  windows,
  norms,
  places,
  structures,
  orders,
  cotangents,
  conduct,
  modes,
};

/** What the report's words must match, where the bug leaves no doubt. */
const diagnoses: Readonly<Record<string, RegExp>> = {
  signFlipped: /sign flipped/,
  secondInputSign: /sign flipped/,
  twiceTooLarge: /twice too large/,
  halfOfSquare: /half|twice too small/,
  meanSquaredWithoutTwo: /half|twice too small/,
  partlyDetached: /half|twice too small/,
  missingInnerDerivative: /3 times too small/,
  meanWithoutCount: /12 times too large/,
  secondInputZero: /zero where it should not be/,
  secondInputNull: /zero where it should not be/,
  lastElement: /zero where it should not be/,
  reshapedNotTransposed: /transposed/,
  matmulResultTransposed: /transposed/,
  transposeForgotten: /transposed/,
  broadcastSliced: /broadcast dim 0/,
  broadcastAveraged: /broadcast dim 0/,
  broadcastKeptDimSliced: /broadcast dim 1/,
  kinkAboveBothSlopes: /kink/,
  kinkBelowBothSlopes: /kink/,
};

/** Bugs that leave every gradient right: only an invariant can tell. */
const invariantsOnly: ReadonlySet<string> = new Set([
  ...['mutatesCotangent', 'mutatesCotangentUnseen', 'clearsCotangent', 'overwritesGrad', 'addsToGradItself'],
  ...['gradIsTheSeed', 'gradsShareABuffer', 'gradientForAnInteger', 'gradientForAConstant', 'samplesMix'],
  ...[
    'recordedDiffersByAConstant',
    'requiresGradDiffers',
    'createGraphDiffers',
    'rerunDiffers',
    'wrongShape',
  ],
  ...['wrongDType', 'wrongCount', 'throws', 'broadcastUnreduced'],
]);

/** Families of plainly wrong gradients: that has to be said first, and not one of its many consequences. */
const gradients: ReadonlySet<string> = new Set(['pointwise', 'shapes', 'windows', 'norms', 'orders']);
/** Except these, which are right for one-hot cotangents, or differ between calls. */
const otherwise: ReadonlySet<string> = new Set(['logSoftmaxOfOneHot', 'dropoutOfAnotherMask']);

function expectedKinds(family: string, name: string): readonly Finding['kind'][] | undefined {
  if (invariantsOnly.has(name)) return ['invariant'];
  return gradients.has(family) && !otherwise.has(name) ? ['gradient', 'kink'] : undefined;
}

/** All bugs, by family. */
export const plantedBugs: Readonly<Record<string, PlantedBugs>> = Object.fromEntries(
  Object.entries(families).map(([family, bugs]) => [
    family,
    Object.fromEntries(
      Object.entries(bugs).map(([name, bug]) => [
        name,
        { says: diagnoses[name], by: expectedKinds(family, name), ...bug },
      ]),
    ),
  ]),
);
