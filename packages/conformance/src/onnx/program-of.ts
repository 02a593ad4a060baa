import type { Graph, Program } from '@manabi/ir';

/** Returns a graph as a program with inputs `x0`, `x1`, … and outputs `y0`, `y1`, …. */
export function programOf(graph: Graph): Program {
  return {
    graph,
    inputNames: Array.from({ length: graph.inputCount }, (_, i) => `x${i}`),
    outputNames: graph.outputs.map((_, i) => `y${i}`),
    parameters: new Map(),
  };
}
