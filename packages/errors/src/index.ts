export { advice, adviceOn } from './advice.ts';
export { describeGiven, formatGiven } from './given.ts';
export { anyOf, checked, nullable, optional } from './kinds/choices.ts';
export { type Kind, type KindValue, kind, type Place, readArgument, wrongArgument } from './kinds/kind.ts';
export { eachOf, type Lengths, listOf, oneOrMany } from './kinds/lists.ts';
export {
  count,
  decay,
  fraction,
  type Interval,
  integer,
  notNegative,
  number,
  positive,
  positiveInteger,
} from './kinds/numbers.ts';
export { anything, functionOf, isCallable, isPlainObject, recordOf, signal, withMethods } from './kinds/objects.ts';
export { boolean, name, oneOf, text, unknownName } from './kinds/words.ts';
export { type ErrorCode, type ErrorDetails, ManabiError, withData } from './manabi-error.ts';
export { didYouMean, editDistance, nearestNames } from './nearest.ts';
export {
  type FurtherOptions,
  type KindsOf,
  type OptionKinds,
  type OptionValues,
  objectOf,
  readOptions,
} from './options.ts';
