export { anyOf, checked, nullable, optional } from './kinds/choices.ts';
export { type ArgumentLocation, type Kind, type KindValue, kind, readArgument, wrongArgument } from './kinds/kind.ts';
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
export { anything, functionOf, recordOf, signal, withMethods } from './kinds/objects.ts';
export { boolean, name, oneOf, text } from './kinds/words.ts';
export { type ErrorCode, type ErrorDetails, ManabiError } from './manabi-error.ts';
export {
  type FurtherOptions,
  type KindsOf,
  type OptionKinds,
  type OptionValues,
  objectOf,
  readOptions,
} from './options.ts';
