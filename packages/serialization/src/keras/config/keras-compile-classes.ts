import { lossTable, metricTable, optimizerTable, scheduleTable, valueMetricRows } from '@manabi/layers/classes';
import { isOfKeras } from './keras-classes.ts';

const MODULES = {
  loss: 'keras.losses',
  metric: 'keras.metrics',
  optimizer: 'keras.optimizers',
  schedule: 'keras.optimizers.schedules',
} as const;

/** A kind of things that a model is compiled with. */
export type CompiledKind = keyof typeof MODULES;

const tables = { loss: lossTable, metric: metricTable, optimizer: optimizerTable, schedule: scheduleTable };

/** Returns the module in which Keras has a class of a kind; undefined for a class that is not Keras's. */
export function moduleOf(kind: CompiledKind, className: string): string | undefined {
  const isValueMetric = kind === 'metric' && Object.values(valueMetricRows).some((row) => row.className === className);
  return isValueMetric || isOfKeras(tables[kind].row(className)) ? MODULES[kind] : undefined;
}

/** Whether a name that a user gave stands for a class of Keras's. */
export function isKerasName(kind: 'loss' | 'metric', name: string): boolean {
  return isOfKeras(tables[kind].builtIn(name));
}
