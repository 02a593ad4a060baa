import { isTensor, type Tensor } from '@manabi/core';
import { type Kind, kind, wrongArgument } from '@manabi/errors';

/** The kind of tensors. */
export const tensorKind: Kind<Tensor> = kind('a tensor', isTensor);

/** @throws ManabiError `argument` for what is not a tensor */
export function checkTensor(op: string, name: string, given: unknown): Tensor {
  if (isTensor(given)) return given;
  const isArray = Array.isArray(given) || ArrayBuffer.isView(given);
  throw wrongArgument({ op, name }, tensorKind.expected, given, isArray ? 'Convert it first: tensor(array).' : '');
}
