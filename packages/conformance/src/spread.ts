import { type Attributes, type Graph, isFloat, type Node, type OpName, type TensorType } from '@manabi/ir';
import { type Reference, type ReferenceArray, references, storedArray } from '@manabi/ir/reference';
import { productInAnyOrder } from './any-order.ts';
import { allowanceOf, epsilonOf } from './precision.ts';

/** Function that returns a random number in [-1, 1). */
type Noise = () => number;

// Globals are slow to look up in the VM context of a test.
const { fround } = Math;

/**
 * Runs a graph several times in the reference interpreter with random rounding errors: each inexact result is changed
 * by a random fraction of the allowed error of its operator, and then rounded to its dtype. The differences between the
 * runs show how large the error of a correct backend may be: large where digits cancel, small elsewhere (Parker, "Monte
 * Carlo arithmetic", 1997).
 *
 * @param draws number of runs, each with new random roundings
 * @returns the outputs of the graph in each run
 */
export function perturbedRuns(
  graph: Graph,
  inputs: readonly ReferenceArray[],
  draws: number,
): readonly (readonly ReferenceArray[])[] {
  return Array.from({ length: draws }, (_, draw) => runPerturbed(graph, inputs, noise(draw + 1)));
}

function runPerturbed(graph: Graph, inputs: readonly ReferenceArray[], draw: Noise): readonly ReferenceArray[] {
  const values: ReferenceArray[] = [...inputs];
  for (const node of graph.nodes) {
    const results = applyPerturbed(
      node,
      node.operands.map((operand) => values[operand]),
      node.results.map((result) => graph.types[result]),
      draw,
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
  draw: Noise,
): readonly ReferenceArray[] {
  const reference: Reference<K> = references[node.op];
  const { ulps, terms } = allowanceOf(node, operands);
  // A sum in any order is equal to an exact sum of terms that each have a few rounding errors.
  const given = terms > 0 ? operands.map((operand) => perturb(operand, Math.sqrt(terms), draw, true)) : operands;
  const anyOrder: InAnyOrder<K> | undefined = inAnyOrder[node.op];
  const results =
    anyOrder !== undefined && isFloat(given[0].dtype)
      ? anyOrder(given, node.attributes, types, draw)
      : reference(given, node.attributes, types, (graph, inputs) => runPerturbed(graph, inputs, draw));
  // Sums of float16 are rounded once, after they were computed in float32.
  const spread = results.map((result) => storedArray(perturb(result, ulps, draw)));
  return terms > 0 ? spread.map((result) => withAnyZeros(result, draw)) : spread;
}

type InAnyOrder<K extends OpName> = (
  operands: readonly ReferenceArray[],
  attributes: Attributes[K],
  types: readonly TensorType[],
  draw: Noise,
) => readonly ReferenceArray[];

/** Operators whose intermediate results may overflow or underflow depending on the order. */
const inAnyOrder: { readonly [K in OpName]?: InAnyOrder<K> } = {
  reduceProd: ([x], { axes }, [type], draw) => [productInAnyOrder(x, axes, type.shape, draw)],
};

/**
 * Changes the sign of zeros at random, because the sign of a zero sum depends on whether the sum starts with 0 or with
 * its first term.
 */
function withAnyZeros(array: ReferenceArray, draw: Noise): ReferenceArray {
  if (!isFloat(array.dtype)) return array;
  return { ...array, data: array.data.map((x) => (x === 0 && draw() < 0 ? -x : x)) };
}

/**
 * Adds random rounding errors to all elements. One part of the error is the same for all of them, as it is in sums of
 * equal terms.
 *
 * @param isSummed true for terms of a sum, which is computed in float32 if they are float16
 */
function perturb(array: ReferenceArray, ulps: number, draw: Noise, isSummed = false): ReferenceArray {
  if (ulps === 0 || !isFloat(array.dtype)) return array;
  const size = ulps * epsilonOf(isSummed && array.dtype === 'float16' ? 'float32' : array.dtype);
  const round = array.dtype === 'float32' ? fround : (x: number) => x;
  const data = new Float64Array(array.data.length);
  const common = draw();
  for (let i = 0; i < data.length; i++) data[i] = round(array.data[i] * (1 + (size / 2) * (common + draw())));
  return { ...array, data };
}

/** Xorshift (Marsaglia, "Xorshift RNGs", 2003): fast, and random enough for roundings. */
function noise(seed: number): Noise {
  let state = seed * 0x9e3779b1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
}
