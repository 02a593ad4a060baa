import { inputTypes, outputTypes } from '../../graph/parts.ts';
import { formatType, type TensorType } from '../../types/shape.ts';
import { refusal, resultType } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkCarries, checkCountAttribute, checkTypes } from './checks.ts';
import { checkSingleBool } from './cond.ts';

/** (carries…, xs…, constants…) → (last carries…, ys…): a body that is repeated over the slices of xs. */
export const scan: Operator<'scan'> = {
  infer: (operands, { body, carries, xs, length }) => {
    checkCountAttribute('scan', 'length', length, Infinity);
    checkCountAttribute('scan', 'carries', carries, operands.length);
    checkCountAttribute('scan', 'xs', xs, operands.length - carries);
    const slices = operands.slice(carries, carries + xs).map((type, i) => sliceOf(type, i, length));
    const taken = [...operands.slice(0, carries), ...slices, ...operands.slice(carries + xs)];
    checkTypes('scan', 'the body', 'operand', inputTypes(body), taken);
    checkCarries('scan', operands.slice(0, carries), body);
    return outputTypes(body).map((type, i) =>
      i < carries ? type : resultType('scan', type.dtype, [length, ...type.shape]),
    );
  },
};

/** (carries…, constants…) → last carries: a body that is repeated while a test holds. */
export const whileLoop: Operator<'while'> = {
  infer: (operands, { test, body, carries, maxTrips }) => {
    if (maxTrips !== null) checkCountAttribute('while', 'maxTrips', maxTrips, Infinity);
    checkCountAttribute('while', 'carries', carries, operands.length);
    checkTypes('while', 'the test', 'operand', inputTypes(test), operands);
    checkTypes('while', 'the body', 'operand', inputTypes(body), operands);
    const tested = outputTypes(test);
    if (tested.length !== 1) {
      throw refusal('argument', 'while', `The test gives ${tested.length} values, but must give one bool.`, {
        what: 'test',
        given: tested,
      });
    }
    checkSingleBool('while', 'test', tested[0]);
    const results = outputTypes(body);
    if (results.length > carries) {
      throw refusal(
        'argument',
        'while',
        `The body gives ${results.length} values, but there are ${carries} carries, and it must give the next value of ` +
          'each and nothing else.',
        { what: 'carry', expected: operands.slice(0, carries), given: results },
      );
    }
    checkCarries('while', operands.slice(0, carries), body);
    return results;
  },
};

function sliceOf(type: TensorType, at: number, length: number): TensorType {
  const [extent, ...shape] = type.shape;
  if (extent === length) return { dtype: type.dtype, shape };
  throw refusal(
    'shape',
    'scan',
    extent === undefined
      ? `x ${at} is ${formatType(type)}, but scan takes a slice of it along axis 0 in each of ${length} turns. Pass what ` +
          'has no such axis as a constant.'
      : `x ${at} is ${formatType(type)} with ${extent} slices along axis 0, but the scan has ${length} turns. Give all ` +
          'xs the same length.',
    { what: 'x', at, given: type, length },
  );
}
