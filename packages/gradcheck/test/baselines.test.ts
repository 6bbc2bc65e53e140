/* The PyTorch baseline says what torch.autograd.gradcheck 1.13 says of the same functions. */
import { abs, relu } from '@retrograd/core';
import { centralDifferences, torchGradcheck } from './planted/baselines.ts';
import { plantedBugs } from './planted/index.ts';
import { floats, leaf } from './planted/values.ts';

const bugs = Object.assign({}, ...Object.values(plantedBugs)) as (typeof plantedBugs)[string];
const complains = (name: string): boolean => {
  const { make, inputs, options, large } = bugs[name];
  try {
    return torchGradcheck(make(), inputs(), { order: options?.order, fast: large }) !== null;
  } catch {
    return true;
  }
};

// Each list was run through torch.autograd.gradcheck itself, as torch.autograd.Functions with the same rules.
test.each([
  'signFlipped', 'reshapedNotTransposed', 'addsToCotangent', 'ignoresCotangent', 'nanForZeroCotangent',
  'mutatesInputInForward', 'mutatesInputInBackward', 'secondInputNull', 'randomBackward', 'alternates',
  'driftsWithEveryCall', 'secondCallDiffers', 'undefinedGradientThrows', 'undefinedGradientTakenForTheOther',
  'secondOrderInputDetached', 'secondOrderCotangentDetached', 'kinkAboveBothSlopes', 'kinkBelowBothSlopes', 'kinkNaN',
  'straightThrough', 'dropoutOfAnotherMask',
])('PyTorch catches %s', (name) => expect(complains(name)).toBe(true)); // prettier-ignore

test.each([
  'oneInAThousand', 'oneInTenThousand', 'computedInFloat32', 'logSoftmaxOfOneHot', 'clipsCotangent',
  'squaresCotangent', 'normalisesCotangent', 'mutatesCotangent', 'clearsCotangent', 'createGraphDiffers',
  'recordedDiffers', 'requiresGradDiffers', 'staleFirst', 'sameTensorInBothSlots', 'oneEntryOfNinetyThousandByThree',
  'oneEntryOfNinetyThousandByAHalf', 'oneEntryOfNinetyThousandByAHundredth',
])('PyTorch misses %s', (name) => expect(complains(name)).toBe(false)); // prettier-ignore

test('PyTorch takes the derivative of relu at 0 for wrong, and that of abs for right', () => {
  expect(torchGradcheck(relu, [leaf([-1, 0, 2])])).toMatch(/mismatch/);
  expect(torchGradcheck(abs, [leaf([-1, 0, 2])])).toBeNull();
});

test('both accept a right function', () => {
  const [a, b] = floats([3, 3], [3, 3])();
  const f = (x: typeof a, y: typeof b): typeof a => x.matmul(y).tanh();
  expect(centralDifferences(f, [a, b])).toBeNull();
  expect(torchGradcheck(f, [a, b], { order: 2 })).toBeNull();
  expect(torchGradcheck(f, [a, b], { order: 2, fast: true })).toBeNull();
});
