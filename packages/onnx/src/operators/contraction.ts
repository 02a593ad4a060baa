import { type Length, productOf } from '../symbolic/length.ts';
import type { OpenNode } from '../symbolic/open-graph.ts';
import { int } from '../write/attribute.ts';
import { expand, reshape, transpose } from '../write/layout.ts';
import type { Scope } from '../write/scope.ts';
import type { Term } from '../write/term.ts';
import type { Writer } from '../write/writer.ts';
import type { Rows } from './row.ts';

/** Names of contraction operators, and top-k. */
export type ContractionName = 'dot' | 'topK';

export const contractionRows: Rows<ContractionName> = {
  dot: { write: (scope, node) => [dot(scope, node)] },
  topK: {
    open: ['k'],
    write: (scope, node) => {
      const { writer: w } = scope;
      const [x] = node.operands;
      const { axis, largest } = node.attributes;
      const k = scope.shape(node.results[0])[axis];
      const attributes = { axis: int(axis), largest: int(largest), sorted: int(1) };
      const [values, indices] = w.computeAll('TopK', [scope.term(x)], {
        others: [w.length(k)],
        attributes,
        results: ['same', 'int64'],
      });
      return [values, w.cast(indices, 'int32')];
    },
  },
};

/** An operand of a contraction, with its axes grouped into batch, free and contracted axes. */
interface Side {
  readonly term: Term;
  readonly shape: readonly Length[];
  readonly batch: readonly number[];
  readonly contract: readonly number[];
  readonly free: readonly number[];
}

function sideOf(scope: Scope, node: OpenNode<'dot'>, which: 0 | 1): Side {
  const value = node.operands[which];
  const shape = scope.shape(value);
  const batch = node.attributes.batch.map((pair) => pair[which]);
  const contract = node.attributes.contract.map((pair) => pair[which]);
  const free = shape.map((_, axis) => axis).filter((axis) => !batch.includes(axis) && !contract.includes(axis));
  return { term: scope.term(value), shape, batch, contract, free };
}

/**
 * Writes a contraction as MatMul of operands with the shapes [batch..., rows, contracted] and [batch..., contracted,
 * columns]. If the right operand has no batch axes, it stays a matrix, because MatMul broadcasts matrices, and the left
 * operand keeps all its free axes.
 */
function dot(scope: Scope, node: OpenNode<'dot'>): Term {
  const { writer: w } = scope;
  const [left, right] = [sideOf(scope, node, 0), sideOf(scope, node, 1)];
  if (lengths(left, left.contract).includes(0))
    return expand(w, w.scalar(0, scope.type(node.results[0]).dtype), scope.shape(node.results[0]));
  const isPlain =
    left.batch.length === 0 && left.contract.length === 1 && right.free.length === 1 && left.free.length > 0;
  if (isPlain) {
    const rows = transpose(w, left.term, [...left.free, ...left.contract]);
    return w.compute('MatMul', [rows, transpose(w, right.term, [...right.contract, ...right.free])]);
  }
  const rows = matrices(w, left, left.free, left.contract);
  const columns = matrices(w, right, right.contract, right.free);
  const product = w.compute('MatMul', [rows, columns]);
  const made = [
    ...lengths(left, left.batch),
    productOf(lengths(left, left.free)),
    productOf(lengths(right, right.free)),
  ];
  return reshape(w, product, made, scope.shape(node.results[0]));
}

function lengths({ shape }: Side, axes: readonly number[]): Length[] {
  return axes.map((axis) => shape[axis]);
}

/**
 * Transposes and reshapes an operand to [batch..., rows, columns]: all axes in the group `rows` become one axis, as do
 * those in the other group. If the last axis is one of `rows`, the matrices are transposed last, because ONNX Runtime merges
 * a transpose of the last two axes into MatMul.
 */
function matrices(w: Writer, side: Side, rows: readonly number[], columns: readonly number[]): Term {
  const last = side.shape.length - 1;
  if (columns.length + rows.length > 2 && rows.at(-1) === last) {
    const { length } = side.batch;
    return transpose(w, matrices(w, side, columns, rows), [...side.batch.keys(), length + 1, length]);
  }
  const order = [...side.batch, ...rows, ...columns];
  const joined = [...lengths(side, side.batch), productOf(lengths(side, rows)), productOf(lengths(side, columns))];
  return reshape(w, transpose(w, side.term, order), lengths(side, order), joined);
}
