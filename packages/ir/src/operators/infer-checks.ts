import { ManabiError } from '@manabi/errors';
import { type DType, dtypeNames } from '../types/dtype.ts';
import { equalShapes, formatShape, formatType, type Shape, type TensorType } from '../types/shape.ts';

/**
 * Checks that an operator was given as many operands as it names.
 *
 * @throws ManabiError `argument`
 */
export function checkCount(op: string, operands: readonly TensorType[], names: readonly string[]): void {
  if (operands.length === names.length) return;
  const expected = names.length === 0 ? 'no operands' : `${names.length} (${names.join(', ')})`;
  throw new ManabiError(
    'argument',
    `${operands.length} operands were given, but ${op} takes ${expected}. Give it exactly those.`,
    { op, data: { operands, expected: names.length } },
  );
}

/**
 * Checks an operand's element type.
 *
 * @param accepts which dtypes will do
 * @param advice how to get one of them, by default a cast
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
    `Operand ${name} is ${formatType(type)}, but ${op} works on ${listOf(accepted)}. ${
      advice ?? `Convert it first: astype(${name}, '${accepted[0]}').`
    }`,
    { op, data: { operand: name, type, dtype: type.dtype, accepted } },
  );
}

/**
 * Checks that operands have one element type.
 *
 * @throws ManabiError `dtype`
 */
export function checkEqualDTypes(op: string, operands: readonly TensorType[], names: readonly string[]): void {
  if (operands.every((type) => type.dtype === operands[0].dtype)) return;
  const other = operands.findIndex((type) => type.dtype !== operands[0].dtype);
  throw new ManabiError(
    'dtype',
    `Operands have different dtypes: ${describe(operands, names)}. Operators of a graph never convert by themselves. ` +
      `Convert one: astype(${names[other]}, '${operands[0].dtype}').`,
    { op, data: { operands, names, dtypes: operands.map((type) => type.dtype) } },
  );
}

/**
 * Checks that operands have one shape.
 *
 * @throws ManabiError `shape`
 */
export function checkEqualShapes(op: string, operands: readonly TensorType[], names: readonly string[]): void {
  if (operands.every((type) => equalShapes(type.shape, operands[0].shape))) return;
  throw new ManabiError(
    'shape',
    `Operands have different shapes: ${describe(operands, names)}. Operators of a graph never broadcast by ` +
      'themselves. Bring all to one shape first, with expand or reshape.',
    { op, data: { operands, names, shapes: operands.map((type) => type.shape) } },
  );
}

/**
 * Checks an operand's number of axes.
 *
 * @throws ManabiError `shape`
 */
export function checkRank(op: string, name: string, type: TensorType, rank: number): void {
  if (type.shape.length === rank) return;
  throw new ManabiError(
    'shape',
    `Operand ${name} is ${formatType(type)} with ${type.shape.length} axes, but ${op} needs ${rank}. Reshape it first.`,
    { op, data: { operand: name, type, rank: type.shape.length, expected: rank } },
  );
}

/**
 * Checks that an axis is one of an operand's; negative axes are a matter of the front end.
 *
 * @throws ManabiError `axis`
 */
export function checkAxis(op: string, name: string, type: TensorType, axis: number): void {
  const rank = type.shape.length;
  if (Number.isInteger(axis) && axis >= 0 && axis < rank) return;
  const allowed = rank === 0 ? 'a scalar has no axes' : `its axes are 0 to ${rank - 1}`;
  throw new ManabiError(
    'axis',
    `Axis ${axis} is not an axis of ${name}, which is ${formatType(type)}: ${allowed}.` +
      (Number.isInteger(axis) && axis < 0 && axis >= -rank ? ` Count from the front: ${axis + rank}.` : ''),
    { op, data: { operand: name, type, axis, rank } },
  );
}

/**
 * Checks that axes are axes of an operand, each named once, in any order.
 *
 * @throws ManabiError `axis`
 */
export function checkAxes(op: string, name: string, type: TensorType, axes: readonly number[]): void {
  for (const axis of axes) checkAxis(op, name, type, axis);
  const again = axes.findIndex((axis, i) => axes.indexOf(axis) !== i);
  if (again < 0) return;
  throw new ManabiError(
    'axis',
    `Axes ${formatShape(axes)} of ${name} (${formatType(type)}) name axis ${axes[again]} twice. Name each axis once.`,
    { op, data: { operand: name, type, axes, axis: axes[again] } },
  );
}

/** More elements than an int32 can count cannot be indexed. */
const MAX_ELEMENTS = 2 ** 31 - 1;

/**
 * Checks a shape that is an attribute: lengths are whole numbers from 0, and an int32 can count the elements.
 *
 * @throws ManabiError `shape`
 */
export function checkShape(op: string, shape: Shape): void {
  const axis = shape.findIndex((length) => !Number.isInteger(length) || length < 0);
  if (axis >= 0) {
    throw new ManabiError(
      'shape',
      `Shape ${formatShape(shape)} has the length ${shape[axis]} on axis ${axis}, but lengths are whole numbers from 0.`,
      { op, data: { shape, axis, length: shape[axis] } },
    );
  }
  const size = shape.reduce((product, length) => product * length, 1);
  if (size > MAX_ELEMENTS) {
    throw new ManabiError(
      'shape',
      `Shape ${formatShape(shape)} has ${size} elements, but indices are int32, so that ${MAX_ELEMENTS} is the most. ` +
        'Split the tensor.',
      { op, data: { shape, size, most: MAX_ELEMENTS } },
    );
  }
}

/** Operands with their names, for messages: `x float32[2, 3], y int32[3]`. */
function describe(operands: readonly TensorType[], names: readonly string[]): string {
  return operands.map((type, i) => `${names[i]} ${formatType(type)}`).join(', ');
}

function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`;
}
