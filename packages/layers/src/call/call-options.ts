import type { Tensor } from '@manabi/core';
import { boolean, nullable, oneOrMany, optional, readOptions } from '@manabi/errors';
import { editDistance, isPlainObject } from '@manabi/errors/internal';
import { tensorKind } from '../structure/check-tensor.ts';

/** Options of a layer call. */
export interface CallOptions {
  /** Whether layers run in training mode: dropout is active, batch normalization uses the statistics of the batch. */
  readonly training?: boolean;
  /** Masks to use instead of those attached to the input tensors. */
  readonly mask?: Tensor | null | readonly (Tensor | null)[];
  /** Random key of the call (default: the next key of the global generator; see `setRandomSeed`). */
  readonly key?: Tensor;
  /** Options that a layer reads from `context.options`: plain data, such as `useCausalMask`. */
  readonly [option: string]: unknown;
}

const masksKind = oneOrMany(nullable(tensorKind));

/** Accepted values of the options of every call. */
export const callKinds = {
  training: optional(boolean),
  mask: optional(nullable(masksKind)),
  key: optional(tensorKind),
};

/** Long names of call options. An unknown name that is similar to one of these is considered a misspelling. */
const LONG_LAYER_NAMES = ['useCausalMask', 'returnAttentionScores', 'zeroOutputForMask'];
const LONG_NAMES = ['training', ...LONG_LAYER_NAMES];

/**
 * Returns whether a call option may be one that a custom layer defines: its name is neither a misspelling nor the snake
 * case of a known name.
 */
function mayBeOwn(name: string): boolean {
  const letters = name.replaceAll('_', '').toLowerCase();
  return LONG_NAMES.every((known) => known === name || editDistance(letters, known.toLowerCase()) > 1);
}

/**
 * Checks the options of a call. Options that only some layers have are checked by those layers.
 *
 * @throws ManabiError `argument` for invalid options, and for misspelled names
 */
export function readCallOptions(op: string, options: CallOptions): CallOptions {
  const others = isPlainObject(options) ? Object.keys(options) : null;
  // Most calls have no options.
  if (others === null || others.length > 0) {
    readOptions(op, options, callKinds, { others: [...LONG_LAYER_NAMES, ...(others?.filter(mayBeOwn) ?? [])] });
  }
  return options;
}
