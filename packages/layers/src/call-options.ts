import { boolean, isPlainObject, nullable, oneOrMany, optional, readOptions } from '@manabi/errors';
import { tensorKind } from './check-tensor.ts';
import type { CallOptions } from './context.ts';

const masksKind = oneOrMany(nullable(tensorKind));

/** The options of every call. */
export const callKinds = {
  training: optional(boolean),
  mask: optional(nullable(masksKind)),
  key: optional(tensorKind),
};

/**
 * Checks the options of a call; those that only some layers have are read by these.
 *
 * @throws ManabiError `argument`
 */
export function readCallOptions(op: string, options: CallOptions): CallOptions {
  const others = isPlainObject(options) ? Object.keys(options) : null;
  // Most calls have no options.
  if (others === null || others.length > 0) readOptions(op, options, callKinds, { others: others ?? [] });
  return options;
}
