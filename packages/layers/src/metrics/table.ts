import { type Kind, optional, readArgument } from '@manabi/errors';
import { labelKind } from '../losses/label-kind.ts';
import type { LossFunction } from '../losses/loss.ts';
import { named, rowsInFiles } from '../registry/class-row.ts';
import { ClassTable } from '../registry/class-table.ts';
import {
  type ComponentKind,
  classesOf,
  hasMethods,
  type Identifier,
  instanceOf,
  isNameOf,
  type Make,
  namedOrFunction,
} from '../registry/resolve.ts';
import type { PartialType } from '../structure/nested.ts';
import { typeKind } from '../structure/type-kind.ts';
import type { Metric } from './metric.ts';
import { metricRows } from './rows.ts';

/** Ways to specify a metric: a name such as `'accuracy'`, an object such as `auc({ curve: 'PR' })`, or a function. */
export type MetricIdentifier = Identifier<Metric> | LossFunction;

/** Table of metrics by name. */
export const metricTable = /* @__PURE__ */ new ClassTable<Make<Metric>>(
  'metric',
  /* @__PURE__ */ rowsInFiles(/* @__PURE__ */ named(metricRows)),
);

const metricComponents: ComponentKind<Metric> = {
  table: metricTable,
  noun: 'a metric',
  isInstance: (instance): instance is Metric => hasMethods(instance, 'init', 'update', 'result'),
};

/** Names of metrics that select binary, sparse or categorical accuracy by the shapes of labels and predictions. */
const BY_SHAPES = ['accuracy', 'acc'];

const accuracies = {
  binary: 'binaryAccuracy',
  sparse: 'sparseCategoricalAccuracy',
  oneHot: 'categoricalAccuracy',
};

/**
 * Validator for a metric: a name, an object or a function. It checks that the name exists; the class is loaded later.
 */
export const metricIdentifierKind: Kind<MetricIdentifier> = namedOrFunction<Metric, LossFunction>(
  metricComponents,
  '(yTrue, yPred) => values',
  BY_SHAPES,
);

/** Names that JavaScript assigns to anonymous functions in options, as in `{ metrics: (yTrue, yPred) => … }`. */
const NAMES_OF_OPTIONS = ['metrics', 'weightedMetrics'];

/** Returns the names of the classes that must be loaded from `metricTable` to create the given metrics. */
export function metricClasses(identifiers: readonly MetricIdentifier[]): readonly string[] {
  return identifiers.flatMap((identifier) => {
    if (typeof identifier === 'function') return 'meanMetricWrapper';
    return isNameOf(BY_SHAPES, identifier) ? Object.values(accuracies) : classesOf(metricComponents, identifier);
  });
}

/**
 * Returns the metric that a user specified. Its class must be loaded already. A metric given by name keeps that name;
 * `accuracy` (or `acc`) resolves to binary, sparse or categorical accuracy by the shapes. A function is named after
 * itself, or `metric` if it is anonymous.
 *
 * @throws ManabiError as documented at `getMetric`
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
    return instanceOf(metricComponents, 'meanMetricWrapper', place, options);
  }
  if (!isNameOf(BY_SHAPES, identifier)) return instanceOf(metricComponents, identifier, place, nameOption(identifier));
  const meant = accuracies[labelKind(identifier, yTrue, yPred)];
  return instanceOf(metricComponents, meant, place, { name: identifier });
}

/**
 * Returns the metric with a given name, description or function. A metric given by name keeps that name; `accuracy` (or
 * `acc`) resolves to binary, sparse or categorical accuracy by the shapes. A function is named after itself, or `metric`
 * if it is anonymous.
 *
 * @param yTrue type of the labels, required only for `accuracy`
 * @param yPred type of the predictions, required only for `accuracy`
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for `accuracy` without shapes
 * @example
 * ```ts
 * import { getMetric } from 'manabi';
 *
 * const metric = await getMetric('auc');
 * console.log(metric.className); // AUC
 * ```
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
