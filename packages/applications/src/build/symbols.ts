import { ManabiError } from '@manabi/errors';
import type { SymbolicTensor } from '@manabi/layers';

/** Returns the number of channels of an image tensor, whose channels are on the last axis. */
export function channelsOf(x: SymbolicTensor): number {
  const channels = x.shape.at(-1);
  if (typeof channels === 'number') return channels;
  throw new ManabiError(
    'shape',
    `The number of channels must be known; got shape [${x.shape.join(', ')}] from '${x.name}'. Pass \`inputShape\` with ` +
      'a number of channels.',
    { op: 'applications', data: { shape: x.shape } },
  );
}

/** Rows or columns of zeros added before and after an axis. */
type Margin = readonly [before: number, after: number];

/**
 * Returns the padding with which a valid convolution of stride 2 reads the same positions as TensorFlow's `same`
 * convolution of an image of even size.
 */
export function stridePadding(x: SymbolicTensor, kernelSize: number): readonly [Margin, Margin] {
  const half = Math.floor(kernelSize / 2);
  const margin = (length: number | null): Margin => [half - (length === null ? 1 : 1 - (length % 2)), half];
  return [margin(x.shape[1]), margin(x.shape[2])];
}

/** Returns the outputs of the input layers on which a symbolic tensor depends, in the order in which they are reached. */
export function sourceInputs(x: SymbolicTensor): readonly SymbolicTensor[] {
  const found = new Set<SymbolicTensor>();
  const visited = new Set<SymbolicTensor>();
  const visit = (symbol: SymbolicTensor): void => {
    if (visited.has(symbol)) return;
    visited.add(symbol);
    const before = [symbol.node.inputs].flat();
    if (before.length === 0) found.add(symbol);
    for (const input of before) visit(input);
  };
  visit(x);
  return [...found];
}
