import { type Graph, type HostArray, hostArray, inputTypes, isFloat, outputTypes, sizeOf, vjpGraph } from '@manabi/ir';
import { randomSource } from '@manabi/testing';
import type { Case } from '../matrix.ts';

/** Whether a case has both float inputs and float outputs. */
export function isDifferentiable({ graph }: Case): boolean {
  return floatInputs(graph).length > 0 && outputTypes(graph).some(({ dtype }) => isFloat(dtype));
}

/**
 * Returns a case that computes the derivative of another case with respect to all float inputs, with random cotangents.
 * The returned case can be differentiated again.
 */
export function derivativeOf({ name, graph, inputs }: Case): Case {
  const backward = vjpGraph(graph, { wrt: floatInputs(graph) });
  const source = randomSource(graph.types.length);
  const cotangents = inputTypes(backward)
    .slice(graph.inputCount)
    .map(({ dtype, shape }): HostArray => {
      const length = sizeOf(shape);
      return hostArray(dtype, shape, dtype === 'float64' ? source.float64Array(length) : source.float32Array(length));
    });
  return { name, graph: backward, inputs: [...inputs, ...cotangents] };
}

function floatInputs(graph: Graph): readonly number[] {
  return inputTypes(graph).flatMap(({ dtype }, input) => (isFloat(dtype) ? [input] : []));
}
