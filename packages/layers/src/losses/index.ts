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
