export { type HostArray, hostArray } from '@manabi/ir';
export type { BatchOptions } from './batch.ts';
export type { Cardinality } from './cardinality.ts';
export { Dataset, type IterationOptions } from './dataset.ts';
export type { ElementSource } from './from-generator.ts';
export type {
  BucketOptions,
  InterleaveOptions,
  PaddedBatchOptions,
  PaddedShape,
  RebatchOptions,
  WindowOptions,
  WorkerMapOptions,
} from './later-stages.ts';
export type { ElementContext, MapOptions } from './map.ts';
export { range } from './range.ts';
export { type SampleOptions, sampleFromDatasets } from './sample.ts';
export type { ShuffleOptions } from './shuffle.ts';
export { fromGenerator, fromTensorSlices, type GeneratorOptions } from './sources.ts';
export { type SplitDatasetOptions, splitDataset } from './split-dataset.ts';
export type { Stage } from './stage.ts';
export { type Batched, isHostArray, type Sliced, type Slices, type TensorLike, type Unbatched } from './structure.ts';
export {
  type Category,
  type Features,
  type FoldOptions,
  type GroupFoldOptions,
  groupKFold,
  type Indices,
  kFold,
  type LabelEncoder,
  type Labels,
  labelEncoder,
  labelEncoderFromJson,
  type MinMaxScalerOptions,
  minMaxScaler,
  type OneHotEncoder,
  type OneHotEncoderOptions,
  oneHotEncoder,
  oneHotEncoderFromJson,
  type RobustScalerOptions,
  robustScaler,
  type Scaler,
  type ScalerJson,
  type StandardScalerOptions,
  scalerFromJson,
  standardScaler,
  stratifiedKFold,
  type TakeRows,
  type TrainTestSplitOptions,
  takeRows,
  trainTestSplit,
} from './tabular/index.ts';
export { type TimeSteps, type TimeseriesOptions, timeseriesDatasetFromArray } from './timeseries.ts';
export { type Zippable, type Zipped, zip } from './zip.ts';
