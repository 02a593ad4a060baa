import { isTensor, ManabiError, type Tensor } from '@manabi/core';
import { wrongArgument } from '@manabi/errors';
import { describeGiven, formatGiven } from '@manabi/errors/internal';
import { checkTensor } from '../structure/check-tensor.ts';
import { mapEach, type OneOrMany, type Tensors, toList } from '../structure/nested.ts';
import { readCallOptions } from './call-options.ts';
import { CallContext, type CallOptions } from './context.ts';
import { attachMask } from './masks.ts';

/**
 * Returns whether all inputs of a layer call are symbolic tensors; false if all are tensors.
 *
 * @throws ManabiError `argument` for a mixture of both, an empty list, or other values
 */
export function isEach<S extends object>(
  inputs: OneOrMany<S> | Tensors,
  isSymbolic: (value: unknown) => value is S,
): inputs is OneOrMany<S> {
  const list: readonly unknown[] = Array.isArray(inputs) ? inputs : [inputs];
  const symbolic = list.filter(isSymbolic).length;
  if (symbolic === list.length && symbolic > 0) return true;
  if (symbolic === 0 && list.every(isTensor) && list.length > 0) return false;
  const kinds = list.map((item) =>
    isSymbolic(item) ? 'a symbolic tensor' : isTensor(item) ? 'a tensor' : describeGiven(item),
  );
  const isMixed = list.length > 0 && list.every((item) => isSymbolic(item) || isTensor(item));
  throw new ManabiError(
    'argument',
    `The inputs of a layer must be all tensors or all symbolic tensors; got ${kinds.length === 0 ? 'nothing' : kinds.join(', ')}. ` +
      (isMixed ? 'Create all inputs with input({ shape }).' : 'Convert arrays first: tensor(array).'),
    { op: 'apply', data: { kinds } },
  );
}

/** Returns the options of a call; if a context is passed in place of options, the options that the context carries. */
export function callOptions(op: string, options: CallContext | CallOptions): CallOptions {
  return options instanceof CallContext ? options.forwarded : readCallOptions(op, options);
}

/** Checks the inputs of a layer call. @throws ManabiError `argument` unless they are a tensor or a non-empty list of tensors */
export function checkTensors(op: string, inputs: Tensors): void {
  const list = toList(inputs);
  if (list.length === 0) throw wrongArgument({ op, name: 'inputs' }, 'one tensor or more', inputs);
  list.forEach((input, i) => {
    checkTensor(op, isTensor(inputs) ? 'inputs' : `inputs[${i}]`, input);
  });
}

/** Returns copies of the input tensors with the given masks; the original tensors keep their masks. */
export function withMasks(inputs: Tensors, mask: NonNullable<CallOptions['mask']> | null): Tensors {
  const masks = maskList(mask, toList(inputs).length);
  return mapEach(inputs, (x, i) => attachMask(x, masks[i] ?? null));
}

/** Converts a `mask` option to a list with one mask for each of the input tensors. */
export function maskList(mask: Tensor | null | readonly (Tensor | null)[], count: number): readonly (Tensor | null)[] {
  if (isTensor(mask) || mask === null) return Array.from({ length: count }, () => mask);
  if (Array.isArray(mask)) return mask;
  throw new ManabiError('argument', `A mask must be a tensor, a list of tensors, or null; got ${formatGiven(mask)}.`, {
    op: 'computeMask',
    data: { given: describeGiven(mask) },
  });
}
