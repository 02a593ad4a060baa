export { type Destination, destinationName, writeTo } from './destination.ts';
export { download } from './download.ts';
export { indexedDb } from './indexed-db.ts';
export { memoryStore } from './memory-store.ts';
export { opfs } from './opfs.ts';
export {
  accessBytes,
  openSource,
  readSource,
  type Source,
  type SourceOptions,
  sourceKinds,
  sourceName,
} from './source.ts';
export type { ReadableStore, Store, StoreReadOptions, WritableStore } from './store.ts';
