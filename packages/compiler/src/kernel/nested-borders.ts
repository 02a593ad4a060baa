import type { LoopForm, Node, TensorType, Value } from '@manabi/ir';
import type { GraphBorders, InputBorder } from '../graph/borders.ts';
import type { IndexedGraph } from '../graph/element.ts';
import { storedBytes } from '../memory/stored-bytes.ts';
import type { PlanTarget } from '../target.ts';

/** Properties of the graph around a loop or branch on which the plans of its graphs depend. */
export interface NestedSurroundings {
  readonly target: PlanTarget;
  /** How the inputs and outputs of the graph that contains the loop or branch are stored. */
  readonly borders: GraphBorders;
}

/** Returns how the inputs and outputs of a loop's body are stored. */
export function loopBorders(
  graph: IndexedGraph,
  { operands, results }: Node,
  { body, carries, xs }: LoopForm,
  around: NestedSurroundings,
): GraphBorders {
  const { target } = around;
  const isUnaligned = (type: TensorType, packed: boolean): boolean =>
    storedBytes(target, type, packed) % target.bindingAlignment !== 0;
  // An iteration reads a carry where the previous iteration has written it. The carry as input and as output of the
  // body is therefore stored in the same way: sliced if the operand or the result of the loop is.
  const isCarrySliced = (carry: number): boolean =>
    inputBorder(graph, operands[carry], around).sliced || isOutputSliced(graph, results[carry], around);
  const inputs = operands.map((operand, i): InputBorder => {
    const { packed, sliced } = inputBorder(graph, operand, around);
    if (i < carries) return { packed: false, sliced: isCarrySliced(i) };
    const isSlice = i < carries + xs;
    // A packed slice may start within a 32-bit word, so the whole array is bound.
    return { packed, sliced: sliced || (isSlice && (packed || isUnaligned(body.types[i], packed))) };
  });
  const outputs = results.map((result, i) => ({
    sliced:
      i < carries
        ? isCarrySliced(i)
        : isOutputSliced(graph, result, around) || isUnaligned(body.types[body.outputs[i]], false),
  }));
  return { inputs, outputs };
}

/**
 * Returns how the inputs and outputs of a branch's graphs are stored: in the same way as the operands and results of
 * the branch.
 */
export function branchBorders(
  graph: IndexedGraph,
  { operands: [, ...operands], results }: Node,
  around: NestedSurroundings,
): GraphBorders {
  return {
    inputs: operands.map((operand) => inputBorder(graph, operand, around)),
    outputs: results.map((result) => ({ sliced: isOutputSliced(graph, result, around) })),
  };
}

function inputBorder({ inputCount }: IndexedGraph, value: Value, { borders }: NestedSurroundings): InputBorder {
  return value < inputCount ? borders.inputs[value] : { packed: false, sliced: false };
}

function isOutputSliced({ outputs }: IndexedGraph, value: Value, { borders }: NestedSurroundings): boolean {
  return borders.outputs[outputs.indexOf(value)]?.sliced ?? false;
}
