import { lossTable, metricTable, optimizerTable, scheduleTable, valueMetricRows } from '@manabi/layers/classes';
import { isOfKeras } from './keras-classes.ts';

const MODULES = {
  loss: 'keras.losses',
  metric: 'keras.metrics',
  optimizer: 'keras.optimizers',
  schedule: 'keras.optimizers.schedules',
} as const;

/** Types of objects that a model is compiled with. */
export type CompiledKind = keyof typeof MODULES;

const tables = { loss: lossTable, metric: metricTable, optimizer: optimizerTable, schedule: scheduleTable };

/** Returns the Keras module of a class; undefined for a class that Keras does not have. */
export function moduleOf(kind: CompiledKind, className: string): string | undefined {
  const isValueMetric = kind === 'metric' && Object.values(valueMetricRows).some((row) => row.className === className);
  return isValueMetric || isOfKeras(tables[kind].row(className)) ? MODULES[kind] : undefined;
}

/** Reports whether a name given by a user denotes a class of Keras. */
export function isKerasName(kind: 'loss' | 'metric', name: string): boolean {
  return isOfKeras(tables[kind].builtIn(name));
}

/**
 * Reports whether the meaning of a loss or metric name depends on the shapes of the data: `accuracy` stands for
 * `sparse_categorical_accuracy` if labels are class indices.
 */
export function dependsOnShapes(name: string): boolean {
  return BY_SHAPE.has(name.toLowerCase());
}

const BY_SHAPE: ReadonlySet<string> = new Set(['accuracy', 'acc', 'crossentropy', 'ce']);
