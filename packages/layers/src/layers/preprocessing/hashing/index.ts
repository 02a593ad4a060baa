/** Layers that hash strings and integers, loaded together. */
export { HashedCrossing, hashedCrossing } from './hashed-crossing.ts';
export { Hashing, hashing } from './hashing.ts';
