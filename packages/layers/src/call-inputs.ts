import { astype, isTensor, ManabiError, type Tensor } from '@manabi/core';
import { CallContext, type CallOptions } from './context.ts';
import { setMask } from './masks.ts';
import { mapEach, type OneOrMany, type Tensors, toList } from './nested.ts';
import { isSymbolic, type SymbolicTensor } from './symbolic.ts';

/**
 * Whether a layer is called on symbolic tensors, not on tensors.
 *
 * @throws ManabiError `argument` for a mixture, nothing, or anything else
 */
export function isSymbolicInput(inputs: OneOrMany<SymbolicTensor> | Tensors): inputs is OneOrMany<SymbolicTensor> {
  const list: readonly unknown[] = Array.isArray(inputs) ? inputs : [inputs];
  const symbolic = list.filter(isSymbolic).length;
  if (symbolic === list.length && symbolic > 0) return true;
  if (symbolic === 0 && list.every(isTensor) && list.length > 0) return false;
  const kinds = list.map((item) => (isSymbolic(item) ? 'symbolic tensor' : isTensor(item) ? 'tensor' : typeof item));
  throw new ManabiError(
    'argument',
    `Layers are applied to tensors or to symbolic tensors (of input and layer.apply), all of one kind, but were given ` +
      `${kinds.length === 0 ? 'nothing' : kinds.join(', ')}. Make a tensor of an array with tensor([...]).`,
    { op: 'apply', data: { kinds } },
  );
}

/** The options of a call, which a context may carry. */
export function callOptions(options: CallContext | CallOptions): CallOptions {
  return options instanceof CallContext ? options.forwarded : options;
}

/** The same tensors with other masks; those given keep their own. */
export function withMasks(inputs: Tensors, mask: NonNullable<CallOptions['mask']> | null): Tensors {
  const masks = maskList(mask, toList(inputs).length);
  return mapEach(inputs, (x, i) => {
    const alias = astype(x, x.dtype);
    setMask(alias, masks[i] ?? null);
    return alias;
  });
}

/** One mask for each of some tensors. */
export function maskList(mask: Tensor | null | readonly (Tensor | null)[], count: number): readonly (Tensor | null)[] {
  return isTensor(mask) || mask === null ? Array.from({ length: count }, () => mask) : mask;
}
