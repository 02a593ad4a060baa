import type { HostArray } from '../types/host-array.ts';
import type { Graph } from './graph.ts';

/**
 * A graph that stands on its own: its inputs and outputs have names, and its parameters come with it.
 * This is what is exported, imported and run.
 */
export interface Program {
  readonly graph: Graph;
  /** A name per input of the graph, in order; parameters' names are keys of `parameters`. */
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** The values of those inputs that are parameters, by name. */
  readonly parameters: ReadonlyMap<string, HostArray>;
}
