import { type Kind, kind, withMethods } from '@manabi/errors';
import type { HostArray } from '../types/host-array.ts';
import type { Graph } from './graph.ts';

/**
 * A computation to export, for any batch size. The shapes of a graph are fixed, but those in a model file may be
 * dynamic. An exporter therefore builds the graph for several batch sizes, and infers which numbers in it depend on the
 * size.
 */
export interface ProgramFamily {
  /** Name of the model. */
  readonly name: string;
  /** Names of the inputs that are not parameters, in order. */
  readonly inputNames: readonly string[];
  /** Names of the outputs, in order. */
  readonly outputNames: readonly string[];
  /**
   * Names of lengths that are dynamic in the model file in addition to the batch size, such as the sequence length.
   * Default: no other lengths.
   */
  readonly openLengths?: readonly string[];
  /**
   * Values of the parameters by name. They are the first inputs of the graph, in the order of this map, for all batch
   * sizes.
   */
  readonly parameters: ReadonlyMap<string, HostArray>;
  /**
   * Returns the graph for one batch size. Its inputs are the parameters, in the order of the map, and then the data, in
   * the order of `inputNames`.
   *
   * @param lengths values of the lengths in `openLengths`, by name
   * @throws ManabiError if the computation fails for this batch size; with the code of the original error
   */
  graph(batchSize: number, lengths?: Readonly<Record<string, number>>): Graph;
}

/** An object that can be exported: a model of layers, or a function with its parameters. */
export interface Exportable {
  /**
   * Returns the computation with the current values of its parameters.
   *
   * @throws ManabiError `argument` if the object is not ready, such as a model that is not built
   */
  exportPrograms(): Promise<ProgramFamily>;
}

const hasPrograms = withMethods<Exportable>('exportPrograms');

/**
 * Validator of `Exportable` arguments, for `readArgument` and `readOptions`.
 *
 * @example
 * ```ts
 * import { exportableKind } from '@manabi/ir';
 *
 * const result = exportableKind.accepts({ exportPrograms: () => Promise.reject(new Error('not built')) });
 * console.log(result); // true
 * console.log(exportableKind.accepts({})); // false
 * ```
 */
export const exportableKind: Kind<Exportable> = kind(
  'a model, or a function with its parameters: exportable(f, params, inputs)',
  (given): given is Exportable => hasPrograms.accepts(given),
);
