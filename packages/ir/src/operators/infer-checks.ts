import { ManabiError } from '@manabi/errors';
import { type DType, dtypeNames } from '../types/dtype.ts';
import { equalShapes, formatShape, formatType, type Shape, type TensorType } from '../types/shape.ts';

/**
 * Checks that an operator got one operand for each of the given names.
 *
 * @throws ManabiError `argument`
 */
export function checkCount(op: string, operands: readonly TensorType[], names: readonly string[]): void {
  if (operands.length === names.length) return;
  const expected = names.length === 0 ? 'no operands' : `${names.length} operands (${names.join(', ')})`;
  throw new ManabiError('argument', `${op} takes ${expected}; got ${operands.length}. Pass exactly these operands.`, {
    op,
    data: { operands, expected: names.length },
  });
}

/**
 * Checks an operand's dtype.
 *
 * @param accepts returns true for supported dtypes
 * @param advice sentence in the error message on how to convert the operand (default: use a cast)
 * @throws ManabiError `dtype`
 */
export function checkDType(
  op: string,
  name: string,
  type: TensorType,
  accepts: (dtype: DType) => boolean,
  advice?: string,
): void {
  if (accepts(type.dtype)) return;
  const accepted = dtypeNames.filter((dtype) => accepts(dtype));
  throw new ManabiError(
    'dtype',
    `${subjectOf(name)} must be ${listOf(accepted)}; got ${formatType(type)}. ${
      advice ?? `Convert it first: astype(${name}, '${accepted[0]}').`
    }`,
    { op, data: { operand: name, type, dtype: type.dtype, accepted } },
  );
}

/**
 * Checks that all operands have the same dtype.
 *
 * @throws ManabiError `dtype`
 */
export function checkEqualDTypes(op: string, operands: readonly TensorType[], names: readonly string[]): void {
  if (operands.every((type) => type.dtype === operands[0].dtype)) return;
  const other = operands.findIndex((type) => type.dtype !== operands[0].dtype);
  throw new ManabiError(
    'dtype',
    `Operands must have equal dtypes; got ${describe(operands, names)}. ` +
      `Convert one of them: astype(${names[other]}, '${operands[0].dtype}').`,
    { op, data: { operands, names, dtypes: operands.map((type) => type.dtype) } },
  );
}

/**
 * Checks that all operands have the same shape.
 *
 * @throws ManabiError `shape`
 */
export function checkEqualShapes(op: string, operands: readonly TensorType[], names: readonly string[]): void {
  if (operands.every((type) => equalShapes(type.shape, operands[0].shape))) return;
  throw new ManabiError(
    'shape',
    `Operands must have equal shapes; got ${describe(operands, names)}. Graph operators do not broadcast. ` +
      'Expand or reshape the operands to one shape first.',
    { op, data: { operands, names, shapes: operands.map((type) => type.shape) } },
  );
}

/**
 * Checks an operand's rank.
 *
 * @throws ManabiError `shape`
 */
export function checkRank(op: string, name: string, type: TensorType, rank: number): void {
  if (type.shape.length === rank) return;
  throw new ManabiError(
    'shape',
    `${subjectOf(name)} must have ${rank} axes; got ${formatType(type)} with ${type.shape.length}. Reshape it first.`,
    { op, data: { operand: name, type, rank: type.shape.length, expected: rank } },
  );
}

/**
 * Checks that an axis of an operand exists. Negative axes are resolved by `@manabi/core` and are invalid here.
 *
 * @throws ManabiError `axis`
 */
export function checkAxis(op: string, name: string, type: TensorType, axis: number): void {
  const rank = type.shape.length;
  if (Number.isInteger(axis) && axis >= 0 && axis < rank) return;
  const allowed = rank === 0 ? 'a scalar has no axes' : `valid axes are 0 to ${rank - 1}`;
  throw new ManabiError(
    'axis',
    `Axis ${axis} does not exist in ${name}, ${formatType(type)}: ${allowed}.` +
      (Number.isInteger(axis) && axis < 0 && axis >= -rank ? ` Use ${axis + rank} instead of ${axis}.` : ''),
    { op, data: { operand: name, type, axis, rank } },
  );
}

/**
 * Checks that axes exist in an operand and do not repeat. Any order is valid.
 *
 * @throws ManabiError `axis`
 */
export function checkAxes(op: string, name: string, type: TensorType, axes: readonly number[]): void {
  for (const axis of axes) checkAxis(op, name, type, axis);
  const repeated = axes.findIndex((axis, i) => axes.indexOf(axis) !== i);
  if (repeated < 0) return;
  throw new ManabiError(
    'axis',
    `Axes ${formatShape(axes)} of ${name}, ${formatType(type)}, repeat axis ${axes[repeated]}. List each axis once.`,
    { op, data: { operand: name, type, axes, axis: axes[repeated] } },
  );
}

/** Largest number of elements of a tensor, because indices are int32. */
const MAX_ELEMENTS = 2 ** 31 - 1;

/**
 * Checks a shape attribute: lengths are non-negative integers, and an int32 can index all elements.
 *
 * @throws ManabiError `shape`
 */
export function checkShape(op: string, shape: Shape): void {
  const axis = shape.findIndex((length) => !Number.isInteger(length) || length < 0);
  if (axis >= 0) {
    throw new ManabiError(
      'shape',
      `Shape ${formatShape(shape)} has length ${shape[axis]} on axis ${axis}. Every length must be an integer of at least 0.`,
      { op, data: { shape, axis, length: shape[axis] } },
    );
  }
  const size = shape.reduce((product, length) => product * length, 1);
  if (size > MAX_ELEMENTS) {
    throw new ManabiError(
      'shape',
      `Shape ${formatShape(shape)} has ${size} elements; a tensor can have at most ${MAX_ELEMENTS}, because indices are int32. ` +
        'Split the tensor.',
      { op, data: { shape, size, most: MAX_ELEMENTS } },
    );
  }
}

/** Lists operands with their names for messages: `x float32[2, 3], y int32[3]`. */
function describe(operands: readonly TensorType[], names: readonly string[]): string {
  return operands.map((type, i) => `${names[i]} ${formatType(type)}`).join(', ');
}

/** Formats the name of an operand as the subject of a message: `x` in backticks, or `The result`. */
function subjectOf(name: string): string {
  return name.includes(' ') ? name.charAt(0).toUpperCase() + name.slice(1) : `\`${name}\``;
}

function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`;
}
