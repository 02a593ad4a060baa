import { type Attributes, type Graph, isFloat, type Node, type OpName, type TensorType } from '@manabi/ir';
import { type Reference, type ReferenceArray, references } from '@manabi/ir/reference';
import { productInAnyOrder } from './any-order.ts';
import { allowanceOf, epsilonOf } from './precision.ts';

/** Gives a number in [-1, 1) at each call. */
type Noise = () => number;

// In a test's own context every look at a global takes long.
const { fround } = Math;

/**
 * The results of a graph in a few runs in which every rounding goes another way: each inexact result is off by a random
 * part of what its operator may be off, and then rounded to its dtype. How far they lie apart tells how far from the
 * exact result an honest backend may be: much where digits cancel, little where they do not (Parker, "Monte Carlo
 * arithmetic", 1997).
 *
 * @param draws how many runs: each draws its roundings anew
 * @returns for each run the outputs of the graph
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
  // A sum in any order is the exact sum of terms that are off by some roundings each.
  const given = terms > 0 ? operands.map((operand) => perturb(operand, Math.sqrt(terms), draw)) : operands;
  const otherwise: InAnyOrder<K> | undefined = inAnyOrder[node.op];
  const results =
    otherwise !== undefined && isFloat(given[0].dtype)
      ? otherwise(given, node.attributes, types, draw)
      : reference(given, node.attributes, types, (graph, inputs) => runPerturbed(graph, inputs, draw));
  const spread = results.map((result) => perturb(result, ulps, draw));
  return terms > 0 ? spread.map((result) => withAnyZeros(result, draw)) : spread;
}

type InAnyOrder<K extends OpName> = (
  operands: readonly ReferenceArray[],
  attributes: Attributes[K],
  types: readonly TensorType[],
  draw: Noise,
) => readonly ReferenceArray[];

/** Operators whose partial results matter, beyond roundings. */
const inAnyOrder: { readonly [K in OpName]?: InAnyOrder<K> } = {
  reduceProd: ([x], { axes }, [type], draw) => [productInAnyOrder(x, axes, type.shape, draw)],
};

/** Sums that are 0 have either sign: that of the first term, or of the 0 that they begin with. */
function withAnyZeros(array: ReferenceArray, draw: Noise): ReferenceArray {
  if (!isFloat(array.dtype)) return array;
  return { ...array, data: array.data.map((x) => (x === 0 && draw() < 0 ? -x : x)) };
}

/** Roundings go at random, and to a part all one way, as they do where equal terms are summed. */
function perturb(array: ReferenceArray, ulps: number, draw: Noise): ReferenceArray {
  if (ulps === 0 || !isFloat(array.dtype)) return array;
  const size = ulps * epsilonOf(array.dtype);
  const round = array.dtype === 'float32' ? fround : (x: number) => x;
  const data = new Float64Array(array.data.length);
  const common = draw();
  for (let i = 0; i < data.length; i++) data[i] = round(array.data[i] * (1 + (size / 2) * (common + draw())));
  return { ...array, data };
}

/** Xorshift (Marsaglia, "Xorshift RNGs", 2003): there are many roundings to draw, and no need of good randomness. */
function noise(seed: number): Noise {
  let state = seed * 0x9e3779b1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
}
