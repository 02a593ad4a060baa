export { didYouMean } from '@manabi/errors';
export * as activations from './activations/index.ts';
export { type Activation, type ActivationIdentifier, getActivation, registerActivation } from './activations/index.ts';
export { CallContext, type CalledLayer, type CallOptions, type Run } from './call/context.ts';
export { maskOf, withMask } from './call/masks.ts';
export * as callbacks from './callbacks/index.ts';
export {
  Callback,
  type CallbackHooks,
  type CallbackState,
  History,
  Monitor,
  type MonitorMode,
  type MonitorOptions,
  type RunParams,
  type SavePoint,
  StateReader,
  type StateValue,
} from './callbacks/index.ts';
export * as constraints from './constraints/index.ts';
export { type Constraint, type ConstraintIdentifier, getConstraint, registerConstraint } from './constraints/index.ts';
export * as initializers from './initializers/index.ts';
export {
  getInitializer,
  type Initializer,
  type InitializerIdentifier,
  registerInitializer,
} from './initializers/index.ts';
export { describeLayer, isLayerDescription, type LayerDescription } from './layer/describe-layer.ts';
export type { InputSpec } from './layer/input-spec.ts';
export { isSymbolic, Layer, type LayerOptions, type Node, SymbolicTensor, type WeightOptions } from './layer/layer.ts';
export { type LayerClass, register, registeredLayerClass } from './layer/layer-class.ts';
export { clearSession, snakeCase } from './layer/naming.ts';
export { input } from './layers/core/input-layer.ts';
export * as layers from './layers/index.ts';
export { knownLength } from './layers/recurrent/known-length.ts';
export { type CellRun, type CellStep, RecurrentCell } from './layers/recurrent/recurrent-cell.ts';
export * as losses from './losses/index.ts';
export {
  getLoss,
  type Loss,
  type LossFunction,
  type LossIdentifier,
  type Reduction,
  registerLoss,
} from './losses/index.ts';
export * as metrics from './metrics/index.ts';
export {
  getMetric,
  type Metric,
  type MetricIdentifier,
  type MetricState,
  registerMetric,
  type ValueMetric,
} from './metrics/index.ts';
export { layerClass, layerFrom, layerFromDescription } from './model/classes.ts';
export { cloneModel } from './model/clone.ts';
export { Functional, type FunctionalOptions, model } from './model/functional.ts';
export { Model, type ModelOptions } from './model/model.ts';
export type { PredictOptions } from './model/predict.ts';
export { Sequential, sequential } from './model/sequential.ts';
export type { TensorPlace } from './networks/graph-config.ts';
export { type LayerGradients, layerActivations, layerGradients } from './networks/inspect.ts';
export { keyedVariables } from './networks/keyed-variables.ts';
export { mapStructure, type Nested } from './networks/nested-symbols.ts';
export type { Network } from './networks/network.ts';
export type { ModelValues, RunOptions, RunResult } from './networks/run.ts';
export type { SummaryOptions } from './networks/summary.ts';
export { withoutPackage } from './registry/name-table.ts';
export { noteSavedAs, type SavedAs, savedAs } from './registry/saved-as.ts';
export * as regularizers from './regularizers/index.ts';
export {
  getRegularizer,
  type Regularizer,
  type RegularizerIdentifier,
  registerRegularizer,
} from './regularizers/index.ts';
export type { OneOrMany, PartialShape, PartialType, Tensors } from './structure/nested.ts';
export * from './training/index.ts';
export { setRandomSeed } from './variables/seed.ts';
export { Variable, type VariableOptions } from './variables/variable.ts';
