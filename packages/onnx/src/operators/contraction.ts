import { isFixed, type Length } from '../symbolic/length.ts';
import type { OpenNode } from '../symbolic/open-graph.ts';
import { bodyOf } from '../symbolic/trace-body.ts';
import { int } from '../write/attribute.ts';
import { reshape, transpose } from '../write/layout.ts';
import type { Scope } from '../write/scope.ts';
import type { Term } from '../write/term.ts';
import type { Writer } from '../write/writer.ts';
import type { Rows } from './row.ts';

/** Products of arrays, and order. */
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
      // ONNX Runtime orders NaN as it comes; the body says where it goes. Integers have none.
      const { dtype } = scope.type(x);
      if (dtype === 'uint32')
        return scope.writeGraph(w, bodyOf('topK', [scope.type(x)], node.attributes), [scope.bound(x)]);
      const attributes = { axis: int(axis), largest: int(largest), sorted: int(1) };
      const [values, places] = w.computeAll('TopK', [scope.term(x)], {
        others: [w.length(k)],
        attributes,
        results: ['same', 'int64'],
      });
      return [values, w.cast(places, 'int32')];
    },
  },
};

/** An operand of a product with its axes in order, those of each role side by side. */
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
 * MatMul, on operands brought to [batch..., rows, contracted] and [batch..., contracted, columns]. A right operand
 * without batch is left as it is where MatMul repeats it; the left one then keeps all its free axes.
 */
function dot(scope: Scope, node: OpenNode<'dot'>): Term {
  const { writer: w } = scope;
  const [left, right] = [sideOf(scope, node, 0), sideOf(scope, node, 1)];
  const result = scope.shape(node.results[0]);
  const isPlain =
    left.batch.length === 0 && left.contract.length === 1 && right.free.length === 1 && left.free.length > 0;
  if (isPlain) {
    const rows = transpose(w, left.term, [...left.free, ...left.contract]);
    return w.compute('MatMul', [rows, transpose(w, right.term, [...right.contract, ...right.free])]);
  }
  const rows = matrices(w, left, [left.free, left.contract]);
  const columns = matrices(w, right, [right.contract, right.free]);
  const product = w.compute('MatMul', [rows, columns]);
  const made = [...lengths(left, left.batch), merged(left, left.free), merged(right, right.free)];
  return fromMatrices(w, product, made, result);
}

type Merged = Length | 'several';

function lengths({ shape }: Side, axes: readonly number[]): Length[] {
  return axes.map((axis) => shape[axis]);
}

/** The product of the lengths of axes that become one; `several` if more than one depends on the batch size. */
function merged(side: Side, axes: readonly number[]): Merged {
  const all = lengths(side, axes);
  const open = all.filter((length) => !isFixed(length));
  if (open.length > 1) return 'several';
  return all.reduce<Length>((product, length) => times(product, length), 1);
}

function times(a: Length, b: Length): Length {
  if (isFixed(a)) return isFixed(b) ? a * b : a === 0 ? 0 : { slope: b.slope * a, offset: b.offset * a };
  return isFixed(b) ? times(b, a) : a;
}

function matrices(w: Writer, side: Side, [rows, columns]: readonly (readonly number[])[]): Term {
  const order = [...side.batch, ...rows, ...columns];
  const ordered = transpose(w, side.term, order);
  const target = [...lengths(side, side.batch), merged(side, rows), merged(side, columns)];
  return reshapeTo(w, ordered, lengths(side, order), target);
}

function fromMatrices(w: Writer, product: Term, made: readonly Merged[], result: readonly Length[]): Term {
  const known = made.filter((length) => length !== 'several');
  if (known.length === made.length) return reshape(w, product, known, result);
  return w.compute('Reshape', [product], { others: [w.shape(result)] });
}

function reshapeTo(w: Writer, x: Term, from: readonly Length[], to: readonly Merged[]): Term {
  const known = to.filter((length) => length !== 'several');
  if (known.length === to.length) return reshape(w, x, from, known);
  const pieces = to.map((length) => (length === 'several' ? w.int64([-1]) : w.length(length)));
  return w.compute('Reshape', [x], { others: [w.emitOne('Concat', pieces, 'int64', { axis: int(0) })] });
}
