export {
  type Category,
  type LabelEncoder,
  labelEncoder,
  labelEncoderFromJson,
  type OneHotEncoder,
  type OneHotEncoderOptions,
  oneHotEncoder,
  oneHotEncoderFromJson,
} from './encoders.ts';
export {
  type FoldOptions,
  type GroupFoldOptions,
  groupKFold,
  type Indices,
  kFold,
  stratifiedKFold,
} from './folds.ts';
export type { Labels } from './labels.ts';
export { type MinMaxScalerOptions, minMaxScaler } from './min-max-scaler.ts';
export { type RobustScalerOptions, robustScaler } from './robust-scaler.ts';
export { type Features, type Scaler, type ScalerJson, scalerFromJson } from './scaler.ts';
export { type StandardScalerOptions, standardScaler } from './standard-scaler.ts';
export { type TakeRows, type TrainTestSplitOptions, takeRows, trainTestSplit } from './train-test-split.ts';
