export { didYouMean } from '@manabi/errors';
export * as activations from './activations/index.ts';
export { type Activation, type ActivationIdentifier, getActivation, registerActivation } from './activations/index.ts';
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
export { CallContext, type CallOptions, type Run } from './context.ts';
export { describeLayer, isLayerDescription, type LayerDescription } from './describe-config.ts';
export * as initializers from './initializers/index.ts';
export {
  getInitializer,
  type Initializer,
  type InitializerIdentifier,
  registerInitializer,
} from './initializers/index.ts';
export type { InputSpec } from './input-spec.ts';
export { Layer, type LayerOptions, type WeightOptions } from './layer.ts';
export { layerClass, layerFrom, layerFromDescription } from './layers/classes.ts';
export * as layers from './layers/index.ts';
export { input } from './layers/input-layer.ts';
export { knownLength } from './layers/known-length.ts';
export { type CellRun, type CellStep, RecurrentCell } from './layers/recurrent-cell.ts';
export * as losses from './losses/index.ts';
export {
  getLoss,
  type Loss,
  type LossFunction,
  type LossIdentifier,
  type Reduction,
  registerLoss,
} from './losses/index.ts';
export { maskOf, setMask } from './masks.ts';
export * as metrics from './metrics/index.ts';
export {
  getMetric,
  type Metric,
  type MetricIdentifier,
  type MetricState,
  registerMetric,
  type ValueMetric,
} from './metrics/index.ts';
export { cloneModel } from './models/clone.ts';
export { Functional, type FunctionalOptions, model, type TensorPlace } from './models/functional.ts';
export { type LayerGradients, layerActivations, layerGradients } from './models/inspect.ts';
export { keyedVariables } from './models/keyed-variables.ts';
export { Model } from './models/model.ts';
export type { ModelValues, RunOptions, RunResult } from './models/run.ts';
export { Sequential, sequential } from './models/sequential.ts';
export type { SummaryOptions } from './models/summary.ts';
export { withoutPackage } from './name-table.ts';
export { clearSession, snakeCase } from './naming.ts';
export type { OneOrMany, PartialShape, PartialType, Tensors } from './nested.ts';
export { type LayerClass, register, registeredLayerClass } from './registry.ts';
export * as regularizers from './regularizers/index.ts';
export {
  getRegularizer,
  type Regularizer,
  type RegularizerIdentifier,
  registerRegularizer,
} from './regularizers/index.ts';
export { noteSavedAs, type SavedAs, savedAs } from './saved-as.ts';
export { setRandomSeed } from './seed.ts';
export { mapStructure, type Nested } from './structure.ts';
export { isSymbolic, type Node, SymbolicTensor } from './symbolic.ts';
export * from './training/index.ts';
export { Variable, type VariableOptions } from './variable.ts';
