import { type Kind, kind, withMethods } from '@manabi/errors';
import type { HostArray } from '../types/host-array.ts';
import type { Graph } from './graph.ts';

/**
 * A computation for any batch size, to be exported. Shapes are fixed in graphs but may be open in model files, so an
 * exporter builds the graph at several batch sizes and infers which numbers depend on the size.
 */
export interface ProgramFamily {
  /** Name of the model. */
  readonly name: string;
  /** Names of the data inputs, in order. */
  readonly inputNames: readonly string[];
  /** Names of the outputs, in order. */
  readonly outputNames: readonly string[];
  /**
   * Names of lengths besides the batch size that stay open in the model file, such as the sequence length; none by
   * default.
   */
  readonly openLengths?: readonly string[];
  /** The parameters by name, in the order of the graph's first inputs. All batch sizes share them. */
  readonly parameters: ReadonlyMap<string, HostArray>;
  /**
   * Returns the graph for one batch size. Its inputs are the parameters, in the order of the map, then the data inputs.
   *
   * @param lengths the open lengths, by name
   * @throws ManabiError if the computation rejects this size, with the code of that error
   */
  graph(batchSize: number, lengths?: Readonly<Record<string, number>>): Graph;
}

/** An object that can be exported: a model of layers, or a function with its parameters. */
export interface Exportable {
  /**
   * Returns the computation with its current parameters.
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
 * exportableKind.accepts({ exportPrograms: () => Promise.reject(new Error('not built')) }); // => true
 * exportableKind.accepts({}); // => false
 * ```
 */
export const exportableKind: Kind<Exportable> = kind(
  'a model, or a function with its parameters: exportable(f, params, inputs)',
  (given): given is Exportable => hasPrograms.accepts(given),
);
