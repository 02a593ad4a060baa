export type { ZipLimits } from '@manabi/files/internal';
export {
  type BackupAndRestoreOptions,
  backupAndRestore,
  type ModelCheckpointOptions,
  modelCheckpoint,
  type RestoredCheckpoint,
  type RestoreOptions,
  restoreCheckpoint,
  saveCheckpoint,
} from './checkpoint/index.ts';
export type { NamedTensors } from './elements/host-arrays.ts';
export {
  type FileLayer,
  type FileWeight,
  inspectModelFile,
  type LoadModelOptions,
  loadModel,
  type ModelFileReport,
  type ModelFormat,
  type ModelFromJsonOptions,
  modelFromJson,
  modelToJson,
  type SaveModelOptions,
  saveModel,
  saveModelBytes,
} from './keras/index.ts';
export {
  encodeNpy,
  encodeNpz,
  type NpzFile,
  type NpzOptions,
  openNpz,
  readNpy,
  readNpz,
  type WriteNpzOptions,
  writeNpy,
  writeNpz,
} from './numpy/index.ts';
export {
  encodeSafetensors,
  openSafetensors,
  readSafetensors,
  type SafetensorsContent,
  type SafetensorsDType,
  type SafetensorsFile,
  type SafetensorsHeader,
  type SafetensorsInfo,
  type SafetensorsOptions,
  type WriteSafetensorsOptions,
  writeSafetensors,
} from './safetensors/index.ts';
export {
  type ExportSavedModelOptions,
  exportSavedModel,
  openSavedModel,
  type SavedModel,
  type SavedModelPort,
  type SavedModelRunOptions,
  type SavedModelSignature,
  type SavedModelSource,
} from './saved-model/index.ts';
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
export {
  encodeTorch,
  readTorch,
  type TorchContent,
  type TorchValue,
  type WriteTorchOptions,
  writeTorch,
} from './torch/index.ts';
export {
  type LoadWeightsOptions,
  loadWeights,
  type SaveWeightsOptions,
  saveWeights,
  type WeightsFormat,
  type WeightsMatch,
} from './weights/index.ts';
