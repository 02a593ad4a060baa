import type { HostArray } from '../types/host-array.ts';
import type { Graph } from './graph.ts';

/**
 * A graph with names of its inputs and outputs and the values of its parameters, as exported to and imported from a
 * model file.
 */
export interface Program {
  readonly graph: Graph;
  /** One name per input of the graph, in order. Names of parameters are keys of `parameters`. */
  readonly inputNames: readonly string[];
  /** One name per output of the graph, in order. */
  readonly outputNames: readonly string[];
  /** Values of the parameters, by the name of the input. */
  readonly parameters: ReadonlyMap<string, HostArray>;
}
