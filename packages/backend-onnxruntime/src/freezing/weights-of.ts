import { type Graph, inlineCalls, isFloat, type Node, type Value } from '@manabi/ir';

/** Inputs of a graph that are probably weights, as indices. */
export interface Weights {
  /** All of them, in increasing order. */
  readonly inputs: readonly number[];
  /** Those that are filters of convolutions, factors of products or used in loops: what ONNX Runtime gains most from. */
  readonly factors: ReadonlySet<number>;
}

/** How a graph uses a value: as the data of a layer, as its filter or factor, or otherwise as a weight, such as a bias. */
type Use = 'data' | 'factor' | 'vector';

/**
 * Finds the weights of a network in its graph. Data is what convolutions and products have on their left; weights are on
 * their right, or are repeated along other axes. Operators that move or combine elements pass on how their results are used.
 *
 * A wrong guess costs time, but never gives wrong results: only inputs that do not change become constants.
 */
export function weightsOf(graph: Graph): Weights {
  const flat = inlineCalls(graph);
  const uses = flat.types.map(() => new Set<Use>());
  for (const node of [...flat.nodes].reverse()) {
    const made = node.results.flatMap((result) => [...uses[result]]);
    for (const [i, operand] of node.operands.entries()) {
      for (const use of usesIn(node, i, made)) uses[operand].add(use);
    }
  }
  const isWeight = (value: Value): boolean =>
    isFloat(flat.types[value].dtype) && uses[value].size > 0 && !uses[value].has('data');
  const inputs = Array.from({ length: flat.inputCount }, (_, i) => i).filter(isWeight);
  return { inputs, factors: new Set(inputs.filter((input) => uses[input].has('factor'))) };
}

/** Returns how a node uses an operand, if its results are used as `made` says. */
function usesIn({ op }: Node, operand: number, made: readonly Use[]): readonly Use[] {
  switch (op) {
    case 'conv':
    case 'dot':
      return [operand === 0 ? 'data' : 'factor'];
    case 'scan':
    case 'while':
    case 'cond':
      return ['factor'];
    case 'expand':
      return ['vector'];
    case 'gather':
    case 'gatherElements':
    case 'gatherND':
      // The session would read the rows of a constant no faster.
      return [];
    default:
      return made;
  }
}
