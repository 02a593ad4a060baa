import type { Tensor } from '@manabi/core';
import { boolean, nullable, oneOrMany, optional, readOptions } from '@manabi/errors';
import { editDistance, isPlainObject } from '@manabi/errors/internal';
import { tensorKind } from '../structure/check-tensor.ts';

/** What a call of a layer may be given beside its inputs. */
export interface CallOptions {
  /** Whether layers behave as in training (dropout drops, batch normalization takes the batch's statistics). */
  readonly training?: boolean;
  /** Masks of the inputs, in place of those that travel with them. */
  readonly mask?: Tensor | null | readonly (Tensor | null)[];
  /** Where random numbers come from; by default the program's stream (`setRandomSeed`). */
  readonly key?: Tensor;
  /** Options that a layer reads from `context.options`: plain data, such as `useCausalMask`. */
  readonly [option: string]: unknown;
}

const masksKind = oneOrMany(nullable(tensorKind));

/** The options of every call. */
export const callKinds = {
  training: optional(boolean),
  mask: optional(nullable(masksKind)),
  key: optional(tensorKind),
};

/** Options of our own layers and of all calls, which a name that is nearly the same must have meant. */
const LONG_NAMES = ['training', 'useCausalMask', 'returnAttentionScores', 'zeroOutputForMask'];

/** Whether layers of users may have an option of this name: it is not a long one misspelled, or in the words of Python. */
function mayBeOwn(name: string): boolean {
  const letters = name.replaceAll('_', '').toLowerCase();
  return LONG_NAMES.every((known) => known === name || editDistance(letters, known.toLowerCase()) > 1);
}

/**
 * Checks the options of a call; those that only some layers have are read by these.
 *
 * @throws ManabiError `argument`
 */
export function readCallOptions(op: string, options: CallOptions): CallOptions {
  const others = isPlainObject(options) ? Object.keys(options) : null;
  // Most calls have no options.
  if (others === null || others.length > 0) {
    readOptions(op, options, callKinds, { others: [...LONG_NAMES, ...(others?.filter(mayBeOwn) ?? [])] });
  }
  return options;
}
