import type { Graph, Program } from '@manabi/ir';

/** A graph as a program: its inputs are `x0`, `x1`, …, its outputs `y0`, `y1`, …. */
export function programOf(graph: Graph): Program {
  return {
    graph,
    inputNames: Array.from({ length: graph.inputCount }, (_, i) => `x${i}`),
    outputNames: graph.outputs.map((_, i) => `y${i}`),
    parameters: new Map(),
  };
}
