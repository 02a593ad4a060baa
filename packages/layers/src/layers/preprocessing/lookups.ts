/** Layers with a vocabulary, loaded together. */
export { IntegerLookup, integerLookup } from './integer-lookup.ts';
export { StringLookup, stringLookup } from './string-lookup.ts';
export { TextVectorization, textVectorization } from './text-vectorization.ts';
