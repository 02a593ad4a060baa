import { type Kind, optional, readArgument } from '@manabi/errors';
import { NameTable } from '../registry/name-table.ts';
import {
  hasMethods,
  type Identifier,
  identified,
  identifiedAsGiven,
  isNameOf,
  type Maker,
  registerMaker,
} from '../registry/resolve.ts';
import type { PartialType } from '../structure/nested.ts';
import { typeKind } from '../structure/type-kind.ts';
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

/** Losses as PyTorch and others call them, with what they are here. */
const NAMES_OF_OTHERS: Readonly<Record<string, string>> = {
  bceloss: "Write 'binaryCrossentropy'.",
  bcewithlogitsloss: 'Write losses.binaryCrossentropy({ fromLogits: true }).',
  crossentropyloss: 'Write losses.sparseCategoricalCrossentropy({ fromLogits: true }).',
  huberloss: "Write 'huber'.",
  kldivloss: "Write 'klDivergence'.",
  l1loss: "Write 'meanAbsoluteError'.",
  l2loss: "Write 'meanSquaredError'.",
  logloss: "Write 'binaryCrossentropy'.",
  mseloss: "Write 'meanSquaredError'.",
  nllloss: "Write 'sparseCategoricalCrossentropy'.",
  rmse: "Write 'meanSquaredError', and 'rootMeanSquaredError' among the metrics.",
  smoothl1loss: "Write 'huber'.",
};

const losses = new NameTable<Maker<Loss>>(
  'loss',
  {
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
  },
  NAMES_OF_OTHERS,
);

const crossentropies = {
  binary: binaryCrossentropy,
  sparse: sparseCategoricalCrossentropy,
  oneHot: categoricalCrossentropy,
};

/** Makes a loss of your own known by name, so that compiled models that hold it save and load. */
export function registerLoss(className: string, make: (config?: object) => Loss): void {
  registerMaker('registerLoss', losses, className, make);
}

const lossKind: Kind<Loss> = identified('a loss', losses, (thing): thing is Loss => hasMethods(thing, 'call', 'apply'));

/** Names that mean one loss or another, by the shapes of labels and predictions. */
const BY_SHAPES = ['crossentropy', 'ce'];

/** The kind of losses as users say them. */
export const lossIdentifierKind: Kind<LossIdentifier> = identifiedAsGiven<Loss, LossFunction>(
  'a loss',
  '(yTrue, yPred) => losses',
  losses,
  lossKind,
  BY_SHAPES,
);

/**
 * The loss that a user means. One given by name is called by that name; `crossentropy` (or `ce`) is the binary, sparse
 * or categorical one, by the shapes.
 *
 * @param yTrue what the loss will be given, for `crossentropy` alone
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for `crossentropy` without shapes
 */
export function getLoss(identifier: LossIdentifier, yTrue?: PartialType, yPred?: PartialType): Loss {
  readArgument('getLoss', 'yTrue', yTrue, optional(typeKind));
  readArgument('getLoss', 'yPred', yPred, optional(typeKind));
  const read = readArgument('getLoss', 'identifier', identifier, lossIdentifierKind);
  if (isNameOf(BY_SHAPES, read)) return crossentropies[labelKind(read, yTrue, yPred)]({ name: read });
  if (typeof read === 'string') return losses.get(read).make({ name: read });
  return typeof read === 'function'
    ? lossFunctionWrapper({ fn: read })
    : lossKind.read(read, { op: 'getLoss', name: 'identifier' });
}
