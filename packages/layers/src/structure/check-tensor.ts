import { isTensor, ManabiError, type Tensor } from '@manabi/core';
import { type Kind, kind, wrongArgument } from '@manabi/errors';
import { describeGiven, formatGiven } from '@manabi/errors/internal';

/** The kind of tensors. */
export const tensorKind: Kind<Tensor> = kind('a tensor', isTensor);

/** @throws ManabiError `argument` for what is not a tensor */
export function checkTensor(op: string, name: string, given: unknown): Tensor {
  if (isTensor(given)) return given;
  const isArray = Array.isArray(given) || ArrayBuffer.isView(given);
  throw wrongArgument({ op, name }, tensorKind.expected, given, isArray ? 'Convert it first: tensor(array).' : '');
}

/**
 * Checks what a function of a user returned.
 *
 * @param what the function, for the message: `The loss function`
 * @throws ManabiError `argument` for what is not a tensor
 */
export function checkReturned(op: string, what: string, returned: unknown): Tensor {
  if (isTensor(returned)) return returned;
  throw new ManabiError('argument', `${what} must return a tensor; got ${formatGiven(returned)}.`, {
    op,
    data: { returned: describeGiven(returned) },
  });
}
