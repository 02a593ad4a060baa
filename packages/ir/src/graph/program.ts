import type { HostArray } from '../types/host-array.ts';
import type { Graph } from './graph.ts';

/** A graph with named inputs and outputs and the values of its parameters: the unit of export and import. */
export interface Program {
  readonly graph: Graph;
  /** One name per input of the graph, in order. Names of parameters are keys of `parameters`. */
  readonly inputNames: readonly string[];
  /** One name per output of the graph, in order. */
  readonly outputNames: readonly string[];
  /** Values of the inputs that are parameters, by name. */
  readonly parameters: ReadonlyMap<string, HostArray>;
}
