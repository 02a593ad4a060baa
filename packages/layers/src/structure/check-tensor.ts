import { isTensor, ManabiError, type Tensor } from '@manabi/core';
import { type Kind, kind, wrongArgument } from '@manabi/errors';
import { describeGiven, formatGiven } from '@manabi/errors/internal';

/** Validator for tensors. */
export const tensorKind: Kind<Tensor> = kind('a tensor', isTensor);

/** Checks that a value is a tensor. @throws ManabiError `argument` if it is not */
export function checkTensor(op: string, name: string, given: unknown): Tensor {
  if (isTensor(given)) return given;
  const isArray = Array.isArray(given) || ArrayBuffer.isView(given);
  throw wrongArgument({ op, name }, tensorKind.expected, given, isArray ? 'Convert it first: tensor(array).' : '');
}

/**
 * Checks that a user's function returned a tensor.
 *
 * @param label the function, for the message: `The loss function`
 * @throws ManabiError `argument` for values that are not tensors
 */
export function checkReturned(op: string, label: string, returned: unknown): Tensor {
  if (isTensor(returned)) return returned;
  throw new ManabiError('argument', `${label} must return a tensor; got ${formatGiven(returned)}.`, {
    op,
    data: { returned: describeGiven(returned) },
  });
}
