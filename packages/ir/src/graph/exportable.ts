import { type Kind, kind, withMethods } from '@manabi/errors';
import type { HostArray } from '../types/host-array.ts';
import type { Graph } from './graph.ts';

/**
 * A computation for any batch size: what is exported, where graphs have fixed shapes and files have not. Whoever exports
 * asks for the graph at a few batch sizes, and finds what depends on them.
 */
export interface ProgramFamily {
  /** What people call it: the name of the model. */
  readonly name: string;
  /** Names of the data inputs, in order. */
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Names of lengths, other than the batch size, that are open too, such as that of a text; none, if left out. */
  readonly openLengths?: readonly string[];
  /** The parameters, in the order of the graph's first inputs. Read once; they are those of all batch sizes. */
  readonly parameters: ReadonlyMap<string, HostArray>;
  /**
   * The graph for batches of a size. Its inputs are the parameters, in the order of the map, then the data inputs.
   *
   * @param lengths the open lengths, by name
   * @throws ManabiError whatever the computation throws at this size
   */
  graph(batchSize: number, lengths?: Readonly<Record<string, number>>): Graph;
}

/** Something that can be exported: a model of layers, or a function with its parameters. */
export interface Exportable {
  /**
   * The computation with its present parameters.
   *
   * @throws ManabiError `argument` if it is not ready, such as a model that is not built
   */
  exportPrograms(): Promise<ProgramFamily>;
}

const hasPrograms = withMethods<Exportable>('exportPrograms');

/** The kind of what can be exported. */
export const exportableKind: Kind<Exportable> = kind(
  'a model, or a function with its parameters: exportable(f, params, inputs)',
  (given): given is Exportable => hasPrograms.accepts(given),
);
