/** Hash functions for the layers; not part of the public API. */
export { farmHash, farmHashOn, fingerprint64 } from './hashing/farm-hash.ts';
export { type SipKey, sipHash64, sipHashOfWords } from './hashing/sip-hash.ts';
export type { Words64 } from './hashing/words64.ts';
