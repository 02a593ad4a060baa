import { type Kind, optional, readArgument } from '@manabi/errors';
import { labelKind } from '../losses/label-kind.ts';
import type { LossFunction } from '../losses/loss.ts';
import { rowsInFiles } from '../registry/class-row.ts';
import { ClassTable } from '../registry/class-table.ts';
import {
  classesOf,
  hasMethods,
  type Identifier,
  isNameOf,
  type Make,
  namedOrFunction,
  type ThingKind,
  thingOf,
} from '../registry/resolve.ts';
import type { PartialType } from '../structure/nested.ts';
import { typeKind } from '../structure/type-kind.ts';
import type { Metric } from './metric.ts';
import { metricRows } from './rows.ts';

/** How users say which metric they want: `'accuracy'`, `auc({ curve: 'PR' })`, or a function of theirs. */
export type MetricIdentifier = Identifier<Metric> | LossFunction;

/** The metrics by name. */
export const metricTable = /* @__PURE__ */ new ClassTable<Make<Metric>>(
  'metric',
  /* @__PURE__ */ rowsInFiles(metricRows),
);

const metricThings: ThingKind<Metric> = {
  table: metricTable,
  noun: 'a metric',
  isThing: (thing): thing is Metric => hasMethods(thing, 'init', 'update', 'result'),
};

/** Names that mean one metric or another, by the shapes of labels and predictions. */
const BY_SHAPES = ['accuracy', 'acc'];

const accuracies = {
  binary: 'binaryAccuracy',
  sparse: 'sparseCategoricalAccuracy',
  oneHot: 'categoricalAccuracy',
};

/** The kind of metrics as users say them. Names are checked, and what they stand for is loaded later. */
export const metricIdentifierKind: Kind<MetricIdentifier> = namedOrFunction<Metric, LossFunction>(
  metricThings,
  '(yTrue, yPred) => values',
  BY_SHAPES,
);

/** Names that JavaScript gives to functions that stand in options, as in `{ metrics: (yTrue, yPred) => … }`. */
const NAMES_OF_OPTIONS = ['metrics', 'weightedMetrics'];

/** The names of the classes that make some metrics: `metricTable` loads them. */
export function metricClasses(identifiers: readonly MetricIdentifier[]): readonly string[] {
  return identifiers.flatMap((identifier) => {
    if (typeof identifier === 'function') return 'meanMetricWrapper';
    return isNameOf(BY_SHAPES, identifier) ? Object.values(accuracies) : classesOf(metricThings, identifier);
  });
}

/**
 * The metric that a user means, if what makes it is loaded. One given by name is called by that name; `accuracy` (or
 * `acc`) is the binary, sparse or categorical one, by the shapes. A function is called by its name, `metric` if it has none.
 *
 * @throws ManabiError as `getMetric`
 */
export function loadedMetric(
  op: string,
  identifier: MetricIdentifier,
  yTrue?: PartialType,
  yPred?: PartialType,
): Metric {
  const place = { op, name: 'metric' };
  if (typeof identifier === 'function') {
    const options = NAMES_OF_OPTIONS.includes(identifier.name)
      ? { fn: identifier, name: 'metric' }
      : { fn: identifier };
    return thingOf(metricThings, 'meanMetricWrapper', place, options);
  }
  if (!isNameOf(BY_SHAPES, identifier)) return thingOf(metricThings, identifier, place, nameOption(identifier));
  const meant = accuracies[labelKind(identifier, yTrue, yPred)];
  return thingOf(metricThings, meant, place, { name: identifier });
}

/**
 * The metric that a user means. One given by name is called by that name; `accuracy` (or `acc`) is the binary, sparse
 * or categorical one, by the shapes. A function is called by its name, `metric` if it has none.
 *
 * @param yTrue what the metric will be given, for `accuracy` alone
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for `accuracy` without shapes
 * @example `const metric = await getMetric('auc')`
 */
export async function getMetric(
  identifier: MetricIdentifier,
  yTrue?: PartialType,
  yPred?: PartialType,
): Promise<Metric> {
  readArgument('getMetric', 'yTrue', yTrue, optional(typeKind));
  readArgument('getMetric', 'yPred', yPred, optional(typeKind));
  const read = readArgument('getMetric', 'identifier', identifier, metricIdentifierKind);
  await metricTable.load(metricClasses([read]), { op: 'getMetric', name: 'identifier' });
  return loadedMetric('getMetric', read, yTrue, yPred);
}

function nameOption(identifier: Identifier<Metric>): object | undefined {
  return typeof identifier === 'string' ? { name: identifier } : undefined;
}
