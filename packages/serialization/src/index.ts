export {
  type Destination,
  download,
  indexedDb,
  memoryStore,
  opfs,
  type ReadableStore,
  type Source,
  type SourceOptions,
  type Store,
  type StoreReadOptions,
  type WritableStore,
} from './stores/index.ts';
