import { type ErrorCode, ManabiError } from '@manabi/errors';
import type { OpName } from '../../graph/graph.ts';
import type { DType } from '../../types/dtype.ts';
import { formatShape, formatType, type Shape, type TensorType } from '../../types/shape.ts';
import { checkDType, checkShape } from '../infer-checks.ts';

/** The error of an operator that cannot take what it was given. */
export function refusal(
  code: ErrorCode,
  op: OpName,
  message: string,
  data: Readonly<Record<string, unknown>>,
): ManabiError {
  return new ManabiError(code, message, { op, data });
}

/**
 * Checks that an attribute holds one integer of at least `least` for each axis of an operand.
 *
 * @throws ManabiError `attribute`
 */
export function checkPerAxis(
  op: OpName,
  attribute: string,
  list: readonly number[],
  operand: string,
  type: TensorType,
  least: number,
): void {
  if (list.length !== type.shape.length) {
    throw refusal(
      'attribute',
      op,
      `${attribute} is ${formatShape(list)} with ${list.length} entries, but ${operand} is ${formatType(type)}: give ` +
        `one entry for each of its ${type.shape.length} axes.`,
      { attribute, given: list, type },
    );
  }
  const axis = list.findIndex((entry) => !Number.isInteger(entry) || entry < least);
  if (axis < 0) return;
  throw refusal(
    'attribute',
    op,
    `${attribute} is ${formatShape(list)}, but its entry for axis ${axis} must be a whole number of at least ${least}.`,
    { attribute, given: list, axis },
  );
}

/**
 * Checks that an operand that holds places is int32.
 *
 * @throws ManabiError `dtype`
 */
export function checkIndexDType(op: OpName, name: string, type: TensorType): void {
  checkDType(op, name, type, (dtype) => dtype === 'int32', `Indices must be int32: astype(${name}, 'int32').`);
}

/**
 * A result's type.
 *
 * @throws ManabiError `shape` if a length is no length, or there are more elements than an int32 can count
 */
export function resultType(op: OpName, dtype: DType, shape: Shape): TensorType {
  checkShape(op, shape);
  return { dtype, shape };
}
