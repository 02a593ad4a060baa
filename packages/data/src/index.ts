export type { BatchOptions } from './batch.ts';
export type { Cardinality } from './cardinality.ts';
export { Dataset, type IterationOptions } from './dataset.ts';
export type { ElementSource } from './from-generator.ts';
export type { ElementContext, MapOptions } from './map.ts';
export type { ShuffleOptions } from './shuffle.ts';
export {
  fromGenerator,
  fromTensorSlices,
  type GeneratorOptions,
  type Zippable,
  type Zipped,
  zip,
} from './sources.ts';
export type { Stage } from './stage.ts';
export { type Batched, isHostArray, type Slices, type Unbatched } from './structure.ts';
