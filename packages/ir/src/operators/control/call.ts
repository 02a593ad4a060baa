import type { Graph } from '../../graph/graph.ts';
import { inputTypes, outputTypes } from '../../graph/parts.ts';
import { isFloat } from '../../types/dtype.ts';
import type { TensorType } from '../../types/shape.ts';
import type { Operator } from '../operator.ts';
import { checkTypes } from './checks.ts';

/**
 * A call of a named graph: the results are those of `body` for the operands.
 *
 * Operands must have the types of the body's inputs; results have the types of its outputs. If `vjp` is not null, it
 * must take the operands, the results and a cotangent per float result, and return a cotangent per float operand.
 */
export const call: Operator<'call'> = {
  infer: (operands, { name, body, vjp }) => {
    checkTypes('call', name, 'operand', inputTypes(body), operands);
    const results = outputTypes(body);
    if (vjp !== null) checkVjp(name, vjp, operands, results);
    return results;
  },
};

function checkVjp(name: string, vjp: Graph, operands: readonly TensorType[], results: readonly TensorType[]): void {
  const expected = [...operands, ...results, ...results.filter(({ dtype }) => isFloat(dtype))];
  checkTypes('call', name, 'vjp input', expected, inputTypes(vjp));
  const cotangents = operands.filter(({ dtype }) => isFloat(dtype));
  checkTypes('call', name, 'vjp output', cotangents, outputTypes(vjp));
}
