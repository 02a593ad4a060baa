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

/** Validator that accepts shapes. Its errors have the code `argument` or `shape`. */
export const shapeKind: Kind<Shape> = {
  expected: 'an array of lengths',
  accepts: Array.isArray,
  read: (given, { op }) => checkedShape(op, given),
};

/**
 * Validator of an argument that is one axis. It accepts any value: `normalizeAxis` checks the axis, because the check
 * needs the rank.
 */
export const axisKind: Kind<number> = anything('an axis');

/**
 * Validator of an argument that is one or more axes, or null for all. It accepts any value: `normalizeAxes` checks the
 * axes, because the check needs the rank.
 */
export const axesKind: Kind<Axis> = anything('an axis, an array of axes or null');

/**
 * Checks a shape and returns a copy of it.
 *
 * @param least smallest valid length
 * @throws ManabiError `argument` or `shape`, under the same conditions as `checkShape()`
 */
export function checkedShape(op: string, shape: unknown, least = 0): Shape {
  checkShape(op, shape, least);
  return [...shape];
}

/** Default values of the options that each table of validators describes. */
const defaults = new WeakMap<OptionKinds, object>();

/**
 * Reads options as `readOptions` does. Most calls pass no options; they all share one object with the default values,
 * which are numbers, strings and booleans.
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
  // `readOptions` checked the values with these validators, so they have this type.
  if (known !== undefined) return known as OptionValues<Kinds>;
  const read = readOptions(op, {}, kinds);
  defaults.set(kinds, read);
  return read;
}

const integerList = listOf(integer());

/**
 * Checks an array of integers. Valid arrays take a fast path.
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
