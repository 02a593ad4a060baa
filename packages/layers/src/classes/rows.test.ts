import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from '@manabi/core';
import { sgd } from '@manabi/optimizers';
import { optimizerRows } from '@manabi/optimizers/rows';
import { scheduleRows } from '@manabi/optimizers/schedule-rows';
import { constraintTable } from '../constraints/table.ts';
import { initializerTable } from '../initializers/table.ts';
import { layerRows } from '../layers/rows.ts';
import { lossRows } from '../losses/rows.ts';
import { lossTable } from '../losses/table.ts';
import { metricRows } from '../metrics/rows.ts';
import { metricTable } from '../metrics/table.ts';
import { scheduleTable } from '../optimizers/schedule-table.ts';
import { optimizerTable } from '../optimizers/table.ts';
import type { ClassTable } from '../registry/class-table.ts';
import type { Make } from '../registry/resolve.ts';
import { regularizerTable } from '../regularizers/table.ts';
import { layerTable } from './layer-table.ts';
// Jest cannot load files with common imports in parallel, unless the common imports are loaded already.
import '../index.ts';
import { layerClass } from './layer-from.ts';

const place = { op: 'test', name: 'name' };
const fn = (_yTrue: Tensor, yPred: Tensor): Tensor => yPred;

/** Options that a class requires, by class name. */
const NEEDED: Readonly<Record<string, object>> = {
  binaryIoU: {},
  cosineDecay: { initialLearningRate: 1, decaySteps: 1 },
  cosineDecayRestarts: { initialLearningRate: 1, firstDecaySteps: 1 },
  exponentialDecay: { initialLearningRate: 1, decaySteps: 1, decayRate: 1 },
  inverseTimeDecay: { initialLearningRate: 1, decaySteps: 1, decayRate: 1 },
  iou: { numClasses: 2, targetClassIds: [0] },
  lossScaleOptimizer: { innerOptimizer: sgd() },
  lossFunctionWrapper: { fn },
  meanIoU: { numClasses: 2 },
  meanMetricWrapper: { fn },
  meanRelativeError: { normalizer: [1] },
  oneHotIoU: { numClasses: 2, targetClassIds: [0] },
  oneHotMeanIoU: { numClasses: 2 },
  piecewiseConstantDecay: { boundaries: [1], values: [1, 2] },
  polynomialDecay: { initialLearningRate: 1, decaySteps: 1 },
  precisionAtRecall: { recall: 0.5 },
  recallAtPrecision: { precision: 0.5 },
  sensitivityAtSpecificity: { specificity: 0.5 },
  specificityAtSensitivity: { sensitivity: 0.5 },
};

const tables: readonly (readonly [
  kind: string,
  table: ClassTable<Make<{ readonly className?: string }>>,
  names: string[],
])[] = [
  ['loss', lossTable, Object.keys(lossRows)],
  ['metric', metricTable, Object.keys(metricRows)],
  ['optimizer', optimizerTable, Object.keys(optimizerRows)],
  ['schedule', scheduleTable, Object.keys(scheduleRows)],
  ['initializer', initializerTable, initializerTable.names()],
  ['regularizer', regularizerTable, regularizerTable.names()],
  ['constraint', constraintTable, constraintTable.names()],
];

describe('tables of classes', () => {
  test.each(tables)(
    'each %s function creates an instance of the class named in its table entry',
    async (_kind, table, names) => {
      await table.load(names, place);
      const made = names.map((name) => table.get(name, place)(NEEDED[name]).className);
      expect(made).toEqual(names.map((name) => table.builtIn(name)?.className));
      expect(names.length).toBeGreaterThan(3);
    },
  );

  test('the file of each layer exports the class named in its table entry', async () => {
    const names = Object.keys(layerRows).map((name) => layerTable.builtIn(name)?.className ?? '');
    const classes = await Promise.all(names.map(layerClass));
    expect(classes.map((found) => Reflect.get(found, 'className'))).toEqual(names);
  });
});
