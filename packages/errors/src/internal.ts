/**
 * Functions that the packages of manabi share to check values and to build error messages. They are not part of the public
 * API, and may change in any release.
 *
 * @packageDocumentation
 */
export { advice, adviceOn } from './advice.ts';
export { describeGiven, formatGiven } from './given.ts';
export { isCallable, isPlainObject } from './kinds/objects.ts';
export { unknownName } from './kinds/words.ts';
export { boundedText, withData } from './manabi-error.ts';
export { didYouMean, editDistance, nearestNames } from './nearest.ts';
