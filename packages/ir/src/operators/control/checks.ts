import type { Graph, OpName } from '../../graph/graph.ts';
import { outputTypes } from '../../graph/parts.ts';
import { equalTypes, formatType, type TensorType } from '../../types/shape.ts';
import { refusal } from '../layout/checks.ts';

/** Formats types for messages: `(float32[2], int32[])`. */
function formatTypes(types: readonly TensorType[]): string {
  return `(${types.map(formatType).join(', ')})`;
}

/**
 * Checks that values passed to a graph have the types of its inputs.
 *
 * @param subject name of the graph in the error message, such as `softmax` or `the body`
 * @param what what the values are, for the error message, such as `operand` or `carry`
 * @throws ManabiError `argument` for another number of types; `shape` or `dtype` for other types
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
      `${subject} takes ${expected.length} ${what}s ${formatTypes(expected)}; got ${given.length} ${formatTypes(given)}. Pass ` +
        'exactly those.',
      { name: subject, what, expected, given },
    );
  }
  const at = expected.findIndex((type, i) => !equalTypes(type, given[i]));
  if (at < 0) return;
  throw refusal(
    expected[at].dtype === given[at].dtype ? 'shape' : 'dtype',
    op,
    `${subject} requires ${formatType(expected[at])} for ${what} ${at}; got ${formatType(given[at])}. Its ${what}s are ` +
      `${formatTypes(expected)}.`,
    { name: subject, what, at, expected: expected[at], given: given[at] },
  );
}

/**
 * Checks an attribute that is a count or length: an integer from 0 to `most`.
 *
 * @throws ManabiError `attribute`
 */
export function checkCountAttribute(op: OpName, attribute: string, count: number, most: number): void {
  if (Number.isInteger(count) && count >= 0 && count <= most) return;
  throw refusal(
    'attribute',
    op,
    `\`${attribute}\` must be an integer ${most < Infinity ? `from 0 to ${most}` : 'of at least 0'}; got ${count}.`,
    { attribute, given: count, most },
  );
}

/**
 * Checks that the body of a loop returns each carry with the type that it takes.
 *
 * @throws ManabiError `argument` if the body returns fewer values than carries; `shape` or `dtype` if the type of a
 * carry changes
 */
export function checkCarries(op: OpName, carries: readonly TensorType[], body: Graph): void {
  const results = outputTypes(body);
  if (results.length < carries.length) {
    throw refusal(
      'argument',
      op,
      `The body must return the next value of all ${carries.length} carries ${formatTypes(carries)}; got ${results.length} ` +
        `values ${formatTypes(results)}.`,
      { what: 'carry', expected: carries, given: results },
    );
  }
  const at = carries.findIndex((type, i) => !equalTypes(type, results[i]));
  if (at < 0) return;
  throw refusal(
    carries[at].dtype === results[at].dtype ? 'shape' : 'dtype',
    op,
    `Carry ${at} must keep its type ${formatType(carries[at])} in every iteration; the body returns ` +
      `${formatType(results[at])}. Convert the body's result, or the initial carry.`,
    { what: 'carry', at, expected: carries[at], given: results[at] },
  );
}
