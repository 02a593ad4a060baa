import {
  anything,
  integer,
  type Kind,
  kind,
  listOf,
  type OptionKinds,
  type OptionValues,
  readArgument,
  readOptions,
} from '@manabi/errors';
import { checkDTypeName, checkShape, type DType, type Shape } from '@manabi/ir';
import { isTensor, type Tensor } from '../tensor.ts';
import type { Axis } from './axis.ts';
import type { TensorLike } from './operand.ts';

/** Validator that accepts tensors. */
export const tensorKind: Kind<Tensor> = kind('a tensor', isTensor);

/** Validator that accepts tensors, numbers and booleans. */
export const tensorLike: Kind<TensorLike> = kind(
  'a tensor, a number or a boolean',
  (given): given is TensorLike => isTensor(given) || typeof given === 'number' || typeof given === 'boolean',
);

/** Validator that accepts dtype names. Its errors have the code `dtype`. */
export const dtypeKind: Kind<DType> = {
  expected: 'a dtype',
  accepts: (given) => typeof given === 'string',
  read: (given, { op }) => {
    checkDTypeName(op, given);
    return given;
  },
};

/**
 * Validator that accepts shapes. Its errors have the code `argument` for a value that is not an array, and `shape` for
 * invalid lengths.
 */
export const shapeKind: Kind<Shape> = {
  expected: 'an array of lengths',
  accepts: Array.isArray,
  read: (given, { op }) => checkedShape(op, given),
};

/**
 * Validator of an argument that is one axis. It accepts any value, because the check needs the rank of the tensor;
 * `normalizeAxis` checks the value later.
 */
export const axisKind: Kind<number> = anything('an axis');

/**
 * Validator of an argument that is one or more axes, or null for all. It accepts any value, because the check needs the
 * rank of the tensor; `normalizeAxes` checks the value later.
 */
export const axesKind: Kind<Axis> = anything('an axis, an array of axes or null');

/**
 * Checks a shape and returns a copy of it.
 *
 * @param least smallest valid length of an axis
 * @throws ManabiError `argument` or `shape`, under the same conditions as `checkShape()`
 */
export function checkedShape(op: string, shape: unknown, least = 0): Shape {
  checkShape(op, shape, least);
  return [...shape];
}

/** Default values of all options of a function, by the function's object of validators. */
const defaults = new WeakMap<OptionKinds, object>();

/**
 * Checks options and fills in defaults, as `readOptions` does. For calls without options, which are frequent, it
 * returns the same object with the default values every time. Defaults must be primitive values.
 *
 * @throws ManabiError under the same conditions as `readOptions()`
 */
export function optionsOf<const Kinds extends OptionKinds>(
  op: string,
  given: unknown,
  kinds: Kinds,
): OptionValues<Kinds> {
  if (given !== undefined) return readOptions(op, given, kinds);
  const known = defaults.get(kinds);
  // `readOptions` has checked the values with these validators, so they have this type.
  if (known !== undefined) return known as OptionValues<Kinds>;
  const read = readOptions(op, {}, kinds);
  defaults.set(kinds, read);
  return read;
}

const integerList = listOf(integer());

/**
 * Throws unless a value is an array of integers. Arrays of integers are recognized by a fast loop.
 *
 * @throws ManabiError `argument`
 */
export function checkIntegers(op: string, name: string, given: unknown): asserts given is readonly number[] {
  if (!isIntegers(given)) readArgument(op, name, given, integerList);
}

function isIntegers(given: unknown): boolean {
  if (!Array.isArray(given)) return false;
  for (let i = 0; i < given.length; i++) if (!Number.isSafeInteger(given[i])) return false;
  return true;
}
