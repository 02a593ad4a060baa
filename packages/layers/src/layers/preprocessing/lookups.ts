/** Layers that encode strings and integers, with a vocabulary or by hashing, loaded together. */
export { HashedCrossing, hashedCrossing } from './hashing/hashed-crossing.ts';
export { Hashing, hashing } from './hashing/hashing.ts';
export { IntegerLookup, integerLookup } from './integer-lookup.ts';
export { StringLookup, stringLookup } from './string-lookup.ts';
export { TextVectorization, textVectorization } from './text-vectorization.ts';
