import { elementCost, type Node, sizeOf, type Value } from '@manabi/ir';
import { planContraction } from './contraction.ts';
import { type IndexedGraph, lowered, storedElements } from './element.ts';

/** Above this cost a value with several readers is computed once and kept, not once per reader. */
const KEPT_COST = 3;
/** Above this cost an expression is cut, so that kernels stay of a size that compilers handle well. */
const LONGEST_EXPRESSION = 160;

/**
 * The values that get memory: inputs, outputs, whatever a loop or a routine makes, and those pointwise values that are
 * dearer to compute again than to keep. All others are computed where they are read.
 */
export function chooseRoots(graph: IndexedGraph): ReadonlySet<Value> {
  const roots = new Set<Value>(graph.outputs);
  for (let input = 0; input < graph.inputCount; input++) roots.add(input);
  for (const node of graph.nodes) {
    const { lowering } = lowered(graph, node);
    if (lowering.class !== 'pointwise') for (const result of node.results) roots.add(result);
    const readsMemory =
      lowering.class === 'loop' || lowering.class === 'branch' || (lowering.class === 'routine' && node.op !== 'dot');
    if (readsMemory) for (const operand of node.operands) roots.add(operand);
    if (storedElements(graph, node) !== null) roots.add(node.results[0]);
  }
  keepDearValues(graph, roots);
  giveDotsTheirOperands(graph, roots);
  return roots;
}

function keepDearValues(graph: IndexedGraph, roots: Set<Value>): void {
  const readers = readerCounts(graph);
  // What it costs to compute an element from values that have memory.
  const cost = new Array<number>(graph.types.length).fill(0);
  for (const node of graph.nodes) {
    const { lowering, node: facts } = lowered(graph, node);
    if (lowering.class !== 'pointwise' || storedElements(graph, node) !== null) continue;
    const [result] = node.results;
    if (lowering.kind === 'layout') {
      for (const operand of node.operands) {
        // An element that is read many times is computed many times.
        const repeats = sizeOf(graph.types[operand].shape) < sizeOf(facts.results[0].shape);
        if (repeats && cost[operand] > KEPT_COST) {
          roots.add(operand);
          cost[operand] = 0;
        }
      }
    }
    const own = elementCost(graph.types, node) ?? 0;
    let total = own;
    for (const operand of node.operands) total += cost[operand];
    if (total > LONGEST_EXPRESSION) {
      for (const operand of node.operands) {
        if (cost[operand] <= KEPT_COST) continue;
        roots.add(operand);
        total -= cost[operand];
        cost[operand] = 0;
      }
    }
    const shared = readers[result] > 1 && total > KEPT_COST && lowering.kind !== 'layout';
    if (shared) roots.add(result);
    cost[result] = roots.has(result) ? 0 : total;
  }
}

/** How many nodes compute with a value, seen through layouts: two reads of a transposed value are two reads of it. */
function readerCounts(graph: IndexedGraph): number[] {
  const readers = new Array<number>(graph.types.length).fill(0);
  for (const output of graph.outputs) readers[output]++;
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i];
    const { lowering } = lowered(graph, node);
    const passesOn = lowering.class === 'pointwise' && lowering.kind === 'layout';
    for (const operand of node.operands) readers[operand] += passesOn ? readers[node.results[0]] : 1;
  }
  return readers;
}

/** Dots read strided memory; an operand that is no strided view of a root gets one. */
function giveDotsTheirOperands(graph: IndexedGraph, roots: Set<Value>): void {
  for (let settled = false; !settled; ) {
    settled = true;
    for (const node of graph.nodes) {
      if (node.op !== 'dot') continue;
      const plan = planContraction(graph, node, node.attributes, (value) => roots.has(value));
      if (plan.kind === 'ready') continue;
      for (const operand of plan.operands) {
        const [source, ...layouts] = layoutChain(graph, operand);
        if (roots.has(operand)) throw new Error(`Operand ${operand} of a dot has memory, but no strides that merge.`);
        // What is only a layout of something computed is kept where it was computed, if that is enough.
        if (!roots.has(source)) roots.add(source);
        else roots.add(cheapestCopy(graph, roots, node, plan.operands, layouts));
      }
      settled = false;
    }
  }
}

/** The values from one that is computed or has no single origin to `value`, each a layout of the one before. */
function layoutChain(graph: IndexedGraph, value: Value): readonly Value[] {
  const chain = [value];
  for (;;) {
    const maker = graph.makers[chain[0]];
    if (maker === undefined) return chain;
    const { lowering } = lowered(graph, maker);
    if (lowering.class !== 'pointwise' || lowering.kind !== 'layout' || maker.operands.length !== 1) return chain;
    chain.unshift(maker.operands[0]);
  }
}

/**
 * The layout whose copy gives an operand of a dot the strides that it needs: the smallest, before it is repeated, and
 * of these the one that is nearest to the order of its source. The last of the layouts, the operand itself, always does.
 */
function cheapestCopy(
  graph: IndexedGraph,
  roots: ReadonlySet<Value>,
  node: Node<'dot'>,
  missing: readonly Value[],
  layouts: readonly Value[],
): Value {
  const operand = layouts[layouts.length - 1];
  const others = missing.filter((other) => other !== operand);
  const size = (value: Value): number => sizeOf(graph.types[value].shape);
  const enough = layouts.filter((layout) => {
    const hasMemory = (value: Value): boolean => value === layout || roots.has(value) || others.includes(value);
    return planContraction(graph, node, node.attributes, hasMemory).kind === 'ready';
  });
  return enough.reduce((best, layout) => (size(layout) < size(best) ? layout : best), enough[0] ?? operand);
}
