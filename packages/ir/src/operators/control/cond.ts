import type { OpName } from '../../graph/graph.ts';
import { inputTypes, outputTypes } from '../../graph/parts.ts';
import { formatType, type TensorType } from '../../types/shape.ts';
import { checkDType, checkRank } from '../infer-checks.ts';
import { refusal } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkTypes } from './checks.ts';

/** (condition, arguments…) → what one of two graphs makes of the arguments; the other one does not run. */
export const cond: Operator<'cond'> = {
  infer: ([condition, ...operands], { thenBranch, elseBranch }) => {
    if (condition === undefined) {
      throw refusal(
        'argument',
        'cond',
        'cond takes a condition and the inputs of its branches, but nothing was given.',
        {
          given: [],
        },
      );
    }
    checkSingleBool('cond', 'condition', condition);
    checkTypes('cond', 'thenBranch', 'operand', inputTypes(thenBranch), operands);
    checkTypes('cond', 'elseBranch', 'operand', inputTypes(elseBranch), operands);
    checkTypes('cond', 'elseBranch', 'result', outputTypes(thenBranch), outputTypes(elseBranch));
    return outputTypes(thenBranch);
  },
};

/**
 * Checks that something to decide by is one bool.
 *
 * @throws ManabiError `dtype` or `shape`
 */
export function checkSingleBool(op: OpName, name: string, type: TensorType): void {
  checkDType(
    op,
    name,
    type,
    (dtype) => dtype === 'bool',
    `Compare it with something, such as ${formatType(type)} with 0.`,
  );
  checkRank(op, name, type, 0);
}
