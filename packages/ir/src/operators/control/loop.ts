import { inputTypes, outputTypes } from '../../graph/parts.ts';
import { formatType, type TensorType } from '../../types/shape.ts';
import { refusal, resultType } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkCarries, checkCountAttribute, checkTypes } from './checks.ts';
import { checkSingleBool } from './cond.ts';

/**
 * A loop of `length` iterations over slices of arrays (ONNX Scan). Operands are the carries, the arrays to slice (xs)
 * and the constants. In each iteration, the body takes the carries, a slice of each x and the constants, and returns
 * the next carries and a slice of each result (y). Results are the last carries and the stacked ys.
 */
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

/**
 * A loop with a test (ONNX Loop): takes carries and constants, and returns the last carries. The body computes the next
 * carries as long as the test returns true, but at most `maxTrips` times.
 */
export const whileLoop: Operator<'while'> = {
  infer: (operands, { test, body, carries, maxTrips }) => {
    if (maxTrips !== null) checkCountAttribute('while', 'maxTrips', maxTrips, Infinity);
    checkCountAttribute('while', 'carries', carries, operands.length);
    checkTypes('while', 'the test', 'operand', inputTypes(test), operands);
    checkTypes('while', 'the body', 'operand', inputTypes(body), operands);
    const tested = outputTypes(test);
    if (tested.length !== 1) {
      throw refusal('argument', 'while', `The test must return one bool; got ${tested.length} values.`, {
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
        `The body must return the next value of each of the ${carries} carries and nothing else; got ${results.length} values.`,
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
      ? `x ${at} must have an axis 0 of length ${length}, one slice per iteration; got the scalar ${formatType(type)}. Pass it ` +
          'as a constant.'
      : `x ${at} must have length ${length} on axis 0, one slice per iteration; got ${formatType(type)}. Use equal lengths ` +
          'for all xs.',
    { what: 'x', at, given: type, length },
  );
}
