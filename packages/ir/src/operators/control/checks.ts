import type { Graph, OpName } from '../../graph/graph.ts';
import { outputTypes } from '../../graph/parts.ts';
import { equalTypes, formatType, type TensorType } from '../../types/shape.ts';
import { refusal } from '../layout/checks.ts';

/** Types in a message: `(float32[2], int32[])`. */
function formatTypes(types: readonly TensorType[]): string {
  return `(${types.map(formatType).join(', ')})`;
}

/**
 * Checks that the types on the two sides of a graph's border are the same.
 *
 * @param subject what complains, as the message names it: `softmax`, `the body of scan`
 * @param what one of the things compared: `operand`, `carry`
 * @throws ManabiError `argument` for another number of them, `shape` or `dtype` for other types
 */
export function checkTypes(
  op: OpName,
  subject: string,
  what: string,
  expected: readonly TensorType[],
  given: readonly TensorType[],
): void {
  if (expected.length !== given.length) {
    throw refusal(
      'argument',
      op,
      `${subject} takes ${expected.length} ${what}s ${formatTypes(expected)}, but ${given.length} were given ` +
        `${formatTypes(given)}. Give it exactly those.`,
      { name: subject, what, expected, given },
    );
  }
  const at = expected.findIndex((type, i) => !equalTypes(type, given[i]));
  if (at < 0) return;
  throw refusal(
    expected[at].dtype === given[at].dtype ? 'shape' : 'dtype',
    op,
    `${subject}: ${what} ${at} is ${formatType(given[at])}, but ${subject} was made for ${formatType(expected[at])} ` +
      `there; all it takes are ${formatTypes(expected)}.`,
    { name: subject, what, at, expected: expected[at], given: given[at] },
  );
}

/**
 * Checks a count or length that is an attribute: a whole number from 0 to `most`.
 *
 * @throws ManabiError `attribute`
 */
export function checkCountAttribute(op: OpName, attribute: string, count: number, most: number): void {
  if (Number.isInteger(count) && count >= 0 && count <= most) return;
  throw refusal(
    'attribute',
    op,
    `${attribute} is ${count}, but must be a whole number from 0${most < Infinity ? ` to ${most}` : ''}.`,
    { attribute, given: count, most },
  );
}

/**
 * Checks that a body hands every carry on in the type that it has before the first turn.
 *
 * @throws ManabiError `argument` if it gives fewer values than there are carries, `shape` or `dtype` if a type changes
 */
export function checkCarries(op: OpName, carries: readonly TensorType[], body: Graph): void {
  const results = outputTypes(body);
  if (results.length < carries.length) {
    throw refusal(
      'argument',
      op,
      `The body gives ${results.length} values ${formatTypes(results)}, but there are ${carries.length} carries ` +
        `${formatTypes(carries)}, and it must give the next value of each.`,
      { what: 'carry', expected: carries, given: results },
    );
  }
  const at = carries.findIndex((type, i) => !equalTypes(type, results[i]));
  if (at < 0) return;
  throw refusal(
    carries[at].dtype === results[at].dtype ? 'shape' : 'dtype',
    op,
    `Carry ${at} is ${formatType(carries[at])} before a turn and ${formatType(results[at])} after it, but a carry keeps ` +
      'its type. Give the body a result of that type, or start from a carry of the other.',
    { what: 'carry', at, expected: carries[at], given: results[at] },
  );
}
