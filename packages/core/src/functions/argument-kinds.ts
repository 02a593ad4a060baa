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

/** Kind of tensors. */
export const tensorKind: Kind<Tensor> = kind('a tensor', isTensor);

/** Kind of tensors, numbers and booleans. */
export const tensorLike: Kind<TensorLike> = kind(
  'a tensor, a number or a boolean',
  (given): given is TensorLike => isTensor(given) || typeof given === 'number' || typeof given === 'boolean',
);

/** Kind of dtype names. Its errors have the code `dtype`. */
export const dtypeKind: Kind<DType> = {
  expected: 'a dtype',
  accepts: (given) => typeof given === 'string',
  read: (given, { op }) => {
    checkDTypeName(op, given);
    return given;
  },
};

/** Kind of shapes. Its errors have the code `argument` or `shape`. */
export const shapeKind: Kind<Shape> = {
  expected: 'an array of lengths',
  accepts: Array.isArray,
  read: (given, { op }) => checkedShape(op, given),
};

/** Kind of single axes. `normalizeAxis` checks the value, because it needs the rank. */
export const axisKind: Kind<number> = anything('an axis');

/** Kind of one or more axes, or null for all. `normalizeAxes` checks the value, because it needs the rank. */
export const axesKind: Kind<Axis> = anything('an axis, an array of axes or null');

/**
 * Checks a shape and returns a copy of it.
 *
 * @param least smallest valid length
 * @throws ManabiError `argument` or `shape`, as `checkShape`
 */
export function checkedShape(op: string, shape: unknown, least = 0): Shape {
  checkShape(op, shape, least);
  return [...shape];
}

/** Default values of each table of kinds. */
const defaults = new WeakMap<OptionKinds, object>();

/**
 * Reads options as `readOptions` does. Calls without options, which are the most frequent, reuse the defaults: plain
 * numbers, words and booleans.
 *
 * @throws ManabiError as `readOptions`
 */
export function optionsOf<const Kinds extends OptionKinds>(
  op: string,
  given: unknown,
  kinds: Kinds,
): OptionValues<Kinds> {
  if (given !== undefined) return readOptions(op, given, kinds);
  const known = defaults.get(kinds);
  // The entry was read by these kinds.
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
