/**
 * Functions for reading and writing model files: they create layers from class names and configs, and describe layers.
 * They are a separate entry point, since they load all layers, which pages without saved models do not need.
 *
 * @packageDocumentation
 */

export { activationTable } from '../activations/table.ts';
export { constraintTable } from '../constraints/table.ts';
export { initializerTable } from '../initializers/table.ts';
export { describeLayer, isLayerDescription, type LayerDescription } from '../layer/describe-layer.ts';
export { Layer } from '../layer/layer.ts';
export { registeredLayerClass } from '../layer/layer-class.ts';
export { snakeCase } from '../layer/naming.ts';
export type { CallForm, LayerRow } from '../layers/rows.ts';
export { lossTable } from '../losses/table.ts';
export { valueMetricRows } from '../metrics/rows.ts';
export { metricTable } from '../metrics/table.ts';
export { Functional } from '../model/functional.ts';
export { Model } from '../model/model.ts';
export { Sequential } from '../model/sequential.ts';
export { getSchedule, scheduleTable } from '../optimizers/schedule-table.ts';
export { optimizerTable } from '../optimizers/table.ts';
export type { ClassRow } from '../registry/class-row.ts';
export type { ClassTable } from '../registry/class-table.ts';
export { keepInFile } from '../registry/kept.ts';
export { withoutPackage } from '../registry/names.ts';
export type { ClassKind } from '../registry/registered.ts';
export { noteSavedAs, type SavedAs, savedAs } from '../registry/saved-as.ts';
export { regularizerTable } from '../regularizers/table.ts';
export { layerClass, layerFrom, layerFromDescription } from './layer-from.ts';
export { layerTable } from './layer-table.ts';
export { register } from './register.ts';
