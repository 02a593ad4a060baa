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

/** Tensors. */
export const tensorKind: Kind<Tensor> = kind('a tensor', isTensor);

/** Tensors, numbers and booleans. */
export const tensorLike: Kind<TensorLike> = kind(
  'a tensor, a number or a boolean',
  (given): given is TensorLike => isTensor(given) || typeof given === 'number' || typeof given === 'boolean',
);

/** Names of dtypes; the error has the code `dtype`. */
export const dtypeKind: Kind<DType> = {
  expected: 'a dtype',
  accepts: (given) => typeof given === 'string',
  read: (given, { op }) => {
    checkDTypeName(op, given);
    return given;
  },
};

/** Shapes; the error has the code `argument` or `shape`. */
export const shapeKind: Kind<Shape> = {
  expected: 'a list of lengths',
  accepts: Array.isArray,
  read: (given, { op }) => checkedShape(op, given),
};

/** One axis, which `normalizeAxis` checks: it has the rank. */
export const axisKind: Kind<number> = anything('an axis');

/** One or more axes, which `normalizeAxes` checks: it has the rank. Null stands for all. */
export const axesKind: Kind<Axis> = anything('an axis, a list of axes or null');

/**
 * Returns a shape, which may come from plain JavaScript, as a list of the function's own.
 *
 * @throws ManabiError as `checkShape`
 */
export function checkedShape(op: string, shape: unknown, least = 0): Shape {
  checkShape(op, shape, least);
  return [...shape];
}

/** What each table of kinds reads where no options are given. */
const defaults = new WeakMap<OptionKinds, object>();

/**
 * Returns the options of a function of tensors as `readOptions` does. Most calls give none: these read the defaults of this
 * package once, which are plain numbers, words and booleans.
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
  // It was read by these kinds.
  if (known !== undefined) return known as OptionValues<Kinds>;
  const read = readOptions(op, {}, kinds);
  defaults.set(kinds, read);
  return read;
}

const integerList = listOf(integer());

/**
 * Checks a list of integers, in little time where it is one.
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
