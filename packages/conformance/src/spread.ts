import { type Graph, isFloat, type Node, type OpName, type TensorType } from '@manabi/ir';
import { type Reference, type ReferenceArray, references } from '@manabi/ir/reference';
import { type RandomSource, randomSource } from '@manabi/testing';
import { allowanceOf, epsilonOf } from './precision.ts';

/** Runs with roundings drawn anew. */
const DRAWS = 3;

/**
 * The results of a graph in a few runs in which every rounding goes another way: each inexact result is off by a random
 * part of what its operator may be off, and then rounded to its dtype. How far they lie apart tells how far from the
 * exact result an honest backend may be: much where digits cancel, little where they do not (Parker, "Monte Carlo
 * arithmetic", 1997).
 *
 * @returns for each run the outputs of the graph
 */
export function perturbedRuns(graph: Graph, inputs: readonly ReferenceArray[]): readonly (readonly ReferenceArray[])[] {
  return Array.from({ length: DRAWS }, (_, draw) => runPerturbed(graph, inputs, randomSource(draw + 1)));
}

function runPerturbed(
  graph: Graph,
  inputs: readonly ReferenceArray[],
  source: RandomSource,
): readonly ReferenceArray[] {
  const values: ReferenceArray[] = [...inputs];
  for (const node of graph.nodes) {
    const results = applyPerturbed(
      node,
      node.operands.map((operand) => values[operand]),
      node.results.map((result) => graph.types[result]),
      source,
    );
    node.results.forEach((result, i) => {
      values[result] = results[i];
    });
  }
  return graph.outputs.map((output) => values[output]);
}

function applyPerturbed<K extends OpName>(
  node: Node<K>,
  operands: readonly ReferenceArray[],
  types: readonly TensorType[],
  source: RandomSource,
): readonly ReferenceArray[] {
  const reference: Reference<K> = references[node.op];
  const { ulps, terms } = allowanceOf(node, operands);
  // A sum in any order is the exact sum of terms that are off by some roundings each.
  const given = terms > 0 ? operands.map((operand) => perturb(operand, Math.sqrt(terms), source)) : operands;
  const results = reference(given, node.attributes, types, (graph, inputs) => runPerturbed(graph, inputs, source));
  return results.map((result) => perturb(result, ulps, source));
}

/** Roundings go at random, and to a part all one way, as they do where equal terms are summed. */
function perturb(array: ReferenceArray, ulps: number, source: RandomSource): ReferenceArray {
  if (ulps === 0 || !isFloat(array.dtype)) return array;
  const size = ulps * epsilonOf(array.dtype);
  const round = array.dtype === 'float32' ? Math.fround : (x: number) => x;
  const data = new Float64Array(array.data.length);
  const common = source.uniform(-size, size);
  for (let i = 0; i < data.length; i++)
    data[i] = round(array.data[i] * (1 + (common + source.uniform(-size, size)) / 2));
  return { ...array, data };
}
