import type { Attributes, Node, Value } from '@manabi/ir';
import type { IndexedGraph } from './element.ts';
import type { MemoryOrders } from './memory-order.ts';
import { mergeAxes, type StridedView, stridedView } from './strided-view.ts';

/** One operand of a matrix product as strides over a value that has memory. */
export interface ContractionOperand {
  readonly root: Value;
  readonly offset: number;
  readonly batchStrides: readonly number[];
  readonly freeStrides: readonly number[];
  readonly contractStrides: readonly number[];
}

/** A `dot` node as batched matrix products; see `Dot`. */
export interface Contraction {
  readonly batch: readonly number[];
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly contract: readonly number[];
  readonly left: ContractionOperand;
  readonly right: ContractionOperand;
}

/** Operands of a `dot` that must be copied to memory of their own before it can run, or the products that it is. */
export type ContractionPlan =
  | { readonly kind: 'copy'; readonly operands: readonly Value[] }
  | { readonly kind: 'ready'; readonly contraction: Contraction };

/** How a `dot` node reads its operands, given which values have memory, and in which order. */
export function planContraction(
  graph: IndexedGraph,
  node: Node,
  { batch, contract }: Attributes['dot'],
  hasMemory: (value: Value) => boolean,
  orders: MemoryOrders,
): ContractionPlan {
  const [leftValue, rightValue] = node.operands;
  const left = forwardView(graph, hasMemory, leftValue, orders);
  const right = forwardView(graph, hasMemory, rightValue, orders);
  if (left === null || right === null) {
    return { kind: 'copy', operands: [...(left === null ? [leftValue] : []), ...(right === null ? [rightValue] : [])] };
  }
  const leftShape = graph.types[leftValue].shape;
  const rightShape = graph.types[rightValue].shape;
  const freeAxes = (shape: readonly number[], view: StridedView, used: readonly number[]) =>
    mergeAxes(
      shape.flatMap((extent, axis) => (used.includes(axis) ? [] : [{ extent, strides: [view.strides[axis]] }])),
    );
  const pairs = [...batch, ...contract];
  const rows = freeAxes(
    leftShape,
    left,
    pairs.map(([axis]) => axis),
  );
  const columns = freeAxes(
    rightShape,
    right,
    pairs.map(([, axis]) => axis),
  );
  // The order in which terms are summed is free: that of the left operand's memory steps best and merges most.
  const contracted = mergeAxes(
    contract
      .map(([i, j]) => ({ extent: leftShape[i], strides: [left.strides[i], right.strides[j]] }))
      .sort((a, b) => b.strides[0] - a.strides[0] || b.strides[1] - a.strides[1]),
  );
  const operand = (side: 0 | 1, view: StridedView, free: typeof rows): ContractionOperand => ({
    root: view.root,
    offset: view.offset,
    batchStrides: batch.map((pair) => view.strides[pair[side]]),
    freeStrides: free.map(({ strides }) => strides[0]),
    contractStrides: contracted.map(({ strides }) => strides[side]),
  });
  return {
    kind: 'ready',
    contraction: {
      batch: batch.map(([axis]) => leftShape[axis]),
      rows: rows.map(({ extent }) => extent),
      columns: columns.map(({ extent }) => extent),
      contract: contracted.map(({ extent }) => extent),
      left: operand(0, left, rows),
      right: operand(1, right, columns),
    },
  };
}

/** A view that steps through memory forwards only: routines count on it. */
function forwardView(
  graph: IndexedGraph,
  hasMemory: (value: Value) => boolean,
  value: Value,
  orders: MemoryOrders,
): StridedView | null {
  const view = stridedView(graph, hasMemory, value, orders);
  return view?.strides.every((stride) => stride >= 0) ? view : null;
}
