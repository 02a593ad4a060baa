/** Parts of this package that other packages of manabi use, and that have no stable interface. */
export { batchStage } from './batch.ts';
export { skipStage } from './counting.ts';
export { generatorStage } from './from-generator.ts';
export { hostArrayStage } from './host-rows.ts';
export { decodeNpy } from './numpy/decode-npy.ts';
export { decodeNpyOrObjects } from './numpy/decode-objects.ts';
export {
  bytesOfElements,
  decodeElements,
  type ElementKind,
  type ElementLocation,
  elementKinds,
  swapBytes,
} from './numpy/element-kind.ts';
export { fromBfloat16, toBfloat16 } from './numpy/half.ts';
export { npyHeader } from './numpy/npy-header.ts';
export { type NpzArchive, openNpzArchive } from './numpy/npz-archive.ts';
export { shuffleStage } from './shuffle.ts';
export { elementsOf, stageOf } from './stage-of.ts';
export { isHostArray } from './structure.ts';
export { kFold } from './tabular/folds.ts';
