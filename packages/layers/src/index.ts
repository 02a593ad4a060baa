export type { Activation, ActivationIdentifier } from './activations/activation.ts';
export * as activations from './activations/index.ts';
export { getActivation } from './activations/table.ts';
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
export { cloneModel } from './classes/clone.ts';
export { type Registrable, register } from './classes/register.ts';
export type { Constraint } from './constraints/constraint.ts';
export * as constraints from './constraints/index.ts';
export { type ConstraintIdentifier, getConstraint } from './constraints/table.ts';
export * from './evaluation/index.ts';
export * as initializers from './initializers/index.ts';
export type { Initializer } from './initializers/initializer.ts';
export { getInitializer, type InitializerIdentifier } from './initializers/table.ts';
export type { InputSpec } from './layer/input-spec.ts';
export { isSymbolic, Layer, type LayerOptions, type Node, SymbolicTensor, type WeightOptions } from './layer/layer.ts';
export type { LayerClass } from './layer/layer-class.ts';
export { clearSession } from './layer/naming.ts';
export { input } from './layers/core/input-layer.ts';
export * as layers from './layers/index.ts';
export { knownLength } from './layers/recurrent/known-length.ts';
export { type CellRun, type CellStep, RecurrentCell } from './layers/recurrent/recurrent-cell.ts';
export * as losses from './losses/index.ts';
export type { Loss, LossFunction } from './losses/loss.ts';
export type { Reduction } from './losses/reduction.ts';
export { getLoss, type LossIdentifier } from './losses/table.ts';
export * as metrics from './metrics/index.ts';
export type { Metric, MetricState, ValueMetric } from './metrics/metric.ts';
export { getMetric, type MetricIdentifier } from './metrics/table.ts';
export { Functional, type FunctionalOptions, model } from './model/functional.ts';
export { Model, type ModelOptions } from './model/model.ts';
export type { PredictOptions } from './model/predict.ts';
export { Sequential, sequential } from './model/sequential.ts';
export { freeze, type LayerSelection, unfreeze } from './networks/freeze.ts';
export type { TensorLocation } from './networks/graph-config.ts';
export { type LayerGradients, layerActivations, layerGradients } from './networks/inspect.ts';
export type { Nested } from './networks/nested-symbols.ts';
export type { Network } from './networks/network.ts';
export type { ModelValues, RunOptions, RunResult } from './networks/run.ts';
export type { SummaryOptions } from './networks/summary.ts';
export { getOptimizer, type OptimizerIdentifier } from './optimizers/table.ts';
export * from './plots/index.ts';
export * from './quantization/index.ts';
export type { ClassKind } from './registry/registered.ts';
export * as regularizers from './regularizers/index.ts';
export type { Regularizer } from './regularizers/regularizer.ts';
export { getRegularizer, type RegularizerIdentifier } from './regularizers/table.ts';
export { type DTypePolicy, dtypePolicy, setDtypePolicy } from './structure/dtype-policy.ts';
export type { OneOrMany, PartialShape, PartialType, Tensors } from './structure/nested.ts';
export * from './training/index.ts';
export { setRandomSeed } from './variables/seed.ts';
export { Variable, type VariableOptions } from './variables/variable.ts';
