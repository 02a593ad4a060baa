import { type Kind, readArgument } from '@manabi/errors';
import { NameTable } from '../name-table.ts';
import type { PartialType } from '../nested.ts';
import { type Identifier, identified, type Maker } from '../resolve.ts';
import { circle } from './circle.ts';
import {
  binaryCrossentropy,
  categoricalCrossentropy,
  categoricalGeneralizedCrossEntropy,
  sparseCategoricalCrossentropy,
} from './crossentropy.ts';
import { ctc } from './ctc.ts';
import { klDivergence, poisson } from './divergence.ts';
import { binaryFocalCrossentropy, categoricalFocalCrossentropy } from './focal.ts';
import { lossFunctionWrapper } from './function-wrapper.ts';
import { categoricalHinge, hinge, squaredHinge } from './hinge.ts';
import { labelKind } from './label-kind.ts';
import type { Loss, LossFunction } from './loss.ts';
import { dice, tversky } from './overlap.ts';
import {
  cosineSimilarity,
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
} from './regression.ts';

export { type CircleOptions, circle } from './circle.ts';
export {
  binaryCrossentropy,
  type CrossentropyOptions,
  categoricalCrossentropy,
  categoricalGeneralizedCrossEntropy,
  type GeneralizedCrossEntropyOptions,
  type SparseCategoricalCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from './crossentropy.ts';
export { ctc } from './ctc.ts';
export { klDivergence, poisson } from './divergence.ts';
export {
  type BinaryFocalOptions,
  binaryFocalCrossentropy,
  type CategoricalFocalOptions,
  categoricalFocalCrossentropy,
  type FocalOptions,
} from './focal.ts';
export { type LossFunctionWrapperOptions, lossFunctionWrapper } from './function-wrapper.ts';
export { categoricalHinge, hinge, squaredHinge } from './hinge.ts';
export type { Loss, LossFunction, LossOptions } from './loss.ts';
export { type DiceOptions, dice, type TverskyOptions, tversky } from './overlap.ts';
export type { Reduction } from './reduction.ts';
export {
  type CosineSimilarityOptions,
  cosineSimilarity,
  type HuberOptions,
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
} from './regression.ts';

/** How users say which loss they want: `'mse'`, `huber({ delta: 2 })`, or a function of theirs. */
export type LossIdentifier = Identifier<Loss> | LossFunction;

const losses = new NameTable<Maker<Loss>>('loss', {
  binaryCrossentropy: { make: binaryCrossentropy },
  binaryFocalCrossentropy: { make: binaryFocalCrossentropy },
  categoricalCrossentropy: { make: categoricalCrossentropy },
  categoricalFocalCrossentropy: { make: categoricalFocalCrossentropy },
  categoricalGeneralizedCrossEntropy: { make: categoricalGeneralizedCrossEntropy },
  categoricalHinge: { make: categoricalHinge },
  circle: { make: circle },
  cosineSimilarity: { make: cosineSimilarity },
  ctc: { make: ctc },
  dice: { make: dice },
  hinge: { make: hinge },
  huber: { make: huber },
  klDivergence: { make: klDivergence },
  logCosh: { make: logCosh },
  lossFunctionWrapper: { make: lossFunctionWrapper },
  meanAbsoluteError: { make: meanAbsoluteError },
  meanAbsolutePercentageError: { make: meanAbsolutePercentageError },
  meanSquaredError: { make: meanSquaredError },
  meanSquaredLogarithmicError: { make: meanSquaredLogarithmicError },
  poisson: { make: poisson },
  sparseCategoricalCrossentropy: { make: sparseCategoricalCrossentropy },
  squaredHinge: { make: squaredHinge },
  tversky: { make: tversky },
  // Keras's further names of the same.
  bce: { make: binaryCrossentropy },
  kld: { make: klDivergence },
  kullbackLeiblerDivergence: { make: klDivergence },
  mae: { make: meanAbsoluteError },
  mape: { make: meanAbsolutePercentageError },
  mse: { make: meanSquaredError },
  msle: { make: meanSquaredLogarithmicError },
});

const crossentropies = {
  binary: binaryCrossentropy,
  sparse: sparseCategoricalCrossentropy,
  oneHot: categoricalCrossentropy,
};

/** Makes a loss of your own known by name, so that compiled models that hold it save and load. */
export function registerLoss(className: string, make: (config?: object) => Loss): void {
  losses.register(className, { make });
}

const lossKind: Kind<Loss> = identified('a loss', losses, (thing): thing is Loss => 'apply' in thing);

/**
 * The loss that a user means. One given by name is called by that name; `crossentropy` (or `ce`) is the binary, sparse
 * or categorical one, by the shapes.
 *
 * @param yTrue what the loss will be given, for `crossentropy` alone
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for `crossentropy` without shapes
 */
export function getLoss(identifier: LossIdentifier, yTrue?: PartialType, yPred?: PartialType): Loss {
  if (typeof identifier === 'function') return lossFunctionWrapper({ fn: identifier });
  if (typeof identifier !== 'string') {
    return readArgument('getLoss', 'identifier', identifier, lossKind);
  }
  if (!['crossentropy', 'ce'].includes(identifier.toLowerCase()))
    return losses.get(identifier).make({ name: identifier });
  return crossentropies[labelKind(identifier, yTrue, yPred)]({ name: identifier });
}
