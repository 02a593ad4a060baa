import { type ErrorCode, ManabiError } from '@manabi/errors';
import type { OpName } from '../../graph/graph.ts';
import type { DType } from '../../types/dtype.ts';
import { formatShape, formatType, type Shape, type TensorType } from '../../types/shape.ts';
import { checkDType, checkShape } from '../infer-checks.ts';

/** Creates the error for invalid operands or attributes of an operator. */
export function refusal(
  code: ErrorCode,
  op: OpName,
  message: string,
  data: Readonly<Record<string, unknown>>,
): ManabiError {
  return new ManabiError(code, message, { op, data });
}

/**
 * Checks that an attribute has one integer of at least `least` per axis of an operand.
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
      `\`${attribute}\` must have one entry per axis of ${operand}, ${formatType(type)}; got ${formatShape(list)} with ` +
        `${list.length} entries for ${type.shape.length} axes.`,
      { attribute, given: list, type },
    );
  }
  const axis = list.findIndex((entry) => !Number.isInteger(entry) || entry < least);
  if (axis < 0) return;
  throw refusal(
    'attribute',
    op,
    `\`${attribute}\` must contain integers of at least ${least}; got ${formatShape(list)} with ${list[axis]} for axis ${axis}.`,
    { attribute, given: list, axis },
  );
}

/**
 * Checks that an operand of indices is int32.
 *
 * @throws ManabiError `dtype`
 */
export function checkIndexDType(op: OpName, name: string, type: TensorType): void {
  checkDType(op, name, type, (dtype) => dtype === 'int32', `Convert it first: astype(${name}, 'int32').`);
}

/**
 * Returns the type of an operator's result, after checking its shape.
 *
 * @throws ManabiError `shape` for an invalid length, or more elements than an int32 can index
 */
export function resultType(op: OpName, dtype: DType, shape: Shape): TensorType {
  checkShape(op, shape);
  return { dtype, shape };
}
