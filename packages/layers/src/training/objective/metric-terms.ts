import type { Metric } from '../../metrics/metric.ts';
import { loadedMetric, type MetricIdentifier } from '../../metrics/table.ts';
import type { PartialType } from '../../structure/nested.ts';
import { freeName, logName, prefixedName } from '../listeners/log-names.ts';
import type { CompileOptions, MetricIdentifiers, PerOutput } from './compile.ts';
import { perOutput } from './per-output.ts';

/** A metric of a model's output, with its name in logs. */
export interface MetricTerm {
  readonly name: string;
  readonly output: number;
  readonly metric: Metric;
  /** Whether sample and class weights apply to the metric. */
  readonly weighted: boolean;
}

/**
 * Returns the metrics of a compiled model. For a model with several outputs, the name in logs starts with the name of
 * the output. If a metric is computed both with and without weights, the weighted one is called `weightedAccuracy` or
 * similar; other repeated names get numbers.
 *
 * @param typesOf function that returns the shapes and dtypes of an output's labels and predictions
 * @throws ManabiError `argument` for unknown metrics and outputs
 */
export function metricTerms(
  options: CompileOptions,
  outputs: readonly string[],
  typesOf: (option: string, output: number) => [PartialType, PartialType],
): readonly MetricTerm[] {
  const taken = new Set<string>();
  const termsOf = (option: 'metrics' | 'weightedMetrics', weighted: boolean): MetricTerm[] =>
    listsOf(option, outputs, options[option]).flatMap((list, output) =>
      list.map((identifier) => {
        const metric = loadedMetric('compile', identifier, ...typesOf(option, output));
        const ofOutput = (name: string) => (outputs.length === 1 ? logName(name) : prefixedName(outputs[output], name));
        const plain = ofOutput(metric.name);
        const preferred = weighted && taken.has(plain) ? ofOutput(`weighted_${metric.name}`) : plain;
        const name = freeName(taken, preferred);
        taken.add(name);
        return { name, output, metric, weighted };
      }),
    );
  return [...termsOf('metrics', false), ...termsOf('weightedMetrics', true)];
}

/** Returns the metrics of each output. For a model with one output, a list contains the metrics of that output. */
function listsOf(
  option: string,
  outputs: readonly string[],
  given: PerOutput<MetricIdentifiers> | undefined,
): readonly (readonly MetricIdentifier[])[] {
  if (outputs.length === 1 && isList(given)) {
    return [given.flatMap((identifiers) => (identifiers === null ? [] : listOf(identifiers)))];
  }
  return perOutput<MetricIdentifiers>(option, outputs, given).map((list) => (list === null ? [] : listOf(list)));
}

function listOf(identifiers: MetricIdentifiers): readonly MetricIdentifier[] {
  return isIdentifierList(identifiers) ? identifiers : [identifiers];
}

function isIdentifierList(identifiers: MetricIdentifiers): identifiers is readonly MetricIdentifier[] {
  return Array.isArray(identifiers);
}

function isList<T>(given: PerOutput<T> | undefined): given is readonly (T | null)[] {
  return Array.isArray(given);
}
