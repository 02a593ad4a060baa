import { eachOf, integer, nullable } from '@manabi/errors';
import { fingerprint64, type SipKey, sipHash64 } from '@manabi/text/internal';

const encoder = new TextEncoder();

/** Returns the hash of a string: a fingerprint, or the hash with a key. */
export function hashOf(text: string, key: SipKey | null): bigint {
  const bytes = encoder.encode(text);
  return key === null ? fingerprint64(bytes) : sipHash64(bytes, key);
}

/** Validator of the option `salt`: the key of a hash function. One integer stands for two equal ones, as in Keras. */
export const saltKind = nullable(eachOf(integer(), 2));
