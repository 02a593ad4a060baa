export { interpret, interpretReference } from './interpret.ts';
export type { Reference, ReferenceArray } from './operators/reference.ts';
export {
  fillReference,
  fromReference,
  referenceStorage,
  storedArray,
  toReference,
} from './operators/reference-array.ts';
export { references } from './operators/reference-table.ts';
