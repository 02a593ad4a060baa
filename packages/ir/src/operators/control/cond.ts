import type { OpName } from '../../graph/graph.ts';
import { inputTypes, outputTypes } from '../../graph/parts.ts';
import type { TensorType } from '../../types/shape.ts';
import { checkDType, checkRank } from '../infer-checks.ts';
import { refusal } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkTypes } from './checks.ts';

/**
 * A branch (ONNX If): takes a condition and operands, and returns the results of `thenBranch` or `elseBranch` for the
 * operands. Only the selected graph runs.
 */
export const cond: Operator<'cond'> = {
  infer: ([condition, ...operands], { thenBranch, elseBranch }) => {
    if (condition === undefined) {
      throw refusal('argument', 'cond', 'cond takes a condition and the operands of its branches; got no operands.', {
        given: [],
      });
    }
    checkSingleBool('cond', 'condition', condition);
    checkTypes('cond', 'thenBranch', 'operand', inputTypes(thenBranch), operands);
    checkTypes('cond', 'elseBranch', 'operand', inputTypes(elseBranch), operands);
    checkTypes('cond', 'elseBranch', 'result', outputTypes(thenBranch), outputTypes(elseBranch));
    return outputTypes(thenBranch);
  },
};

/**
 * Checks that a condition is a bool scalar.
 *
 * @throws ManabiError `dtype` or `shape`
 */
export function checkSingleBool(op: OpName, name: string, type: TensorType): void {
  checkDType(op, name, type, (dtype) => dtype === 'bool', 'Compare it with a value first: equal(…), less(…).');
  checkRank(op, name, type, 0);
}
