import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { isFloat } from '../types/dtype.ts';
import { sizeOf } from '../types/shape.ts';
import { hold } from './fold-scalar.ts';
import { isCounting, madeBy, numberOf } from './match.ts';
import type { Candidate, Change, RewriteRule, RewriteRules } from './rewrite.ts';

type Reduction = 'reduceSum' | 'reduceProd' | 'reduceMax' | 'reduceMin';

/**
 * Simplification rules for reductions along axes of length 1, and for reductions of constant, broadcast, transposed or
 * reduced values.
 */
export const reductions: RewriteRules = {
  reduceSum: reduction('reduceSum', { one: 'zeroSign', many: 'rounding' }),
  reduceProd: reduction('reduceProd', { one: undefined, many: 'rounding' }),
  reduceMax: reduction('reduceMax', { one: undefined, many: undefined }),
  reduceMin: reduction('reduceMin', { one: undefined, many: undefined }),
  cumSum: [
    {
      name: 'removes a cumSum along one element',
      changes: 'zeroSign',
      apply: ({ builder: b }, { operands: [x], attributes: { axis, exclusive } }) =>
        b.shape(x)[axis] <= 1 && !exclusive ? x : null,
    },
  ],
};

/**
 * Returns the simplification rules of one reduction operator.
 *
 * @param changes how rules may change results: rules for a single element (`one`), and rules that combine several
 * elements in another order (`many`)
 */
function reduction<K extends Reduction>(
  op: K,
  changes: { readonly one: Change | undefined; readonly many: Change | undefined },
): readonly RewriteRule<K>[] {
  return [
    {
      name: 'reshapes instead of reducing one element',
      changes: changes.one,
      apply: ({ builder: b }, { operands: [x], attributes: { axes }, type }) =>
        axes.every((axis) => b.shape(x)[axis] === 1) ? b.reshape(x, type.shape) : null,
    },
    {
      name: 'reduces a constant',
      changes: changes.many,
      apply: ({ builder: b }, node) => ofNumber(b, op, node),
    },
    { name: 'merges two reductions', changes: changes.many, apply: ({ builder: b }, node) => twice(b, op, node) },
    {
      name: 'reduces before transposing',
      changes: changes.many,
      apply: ({ builder: b }, node) => ofTransposed(b, op, node),
    },
    ...(op === 'reduceProd'
      ? []
      : [
          {
            name: 'reduces before broadcasting',
            changes: changes.many,
            apply: ({ builder: b }: { readonly builder: GraphBuilder }, node: Candidate<K>) => ofRepeated(b, op, node),
          },
        ]),
  ];
}

/** For each reduction, computes the result for `count` equal numbers; null if only a backend can compute it. */
const REPEATED: { readonly [K in Reduction]: (value: number, count: number) => number | null } = {
  reduceSum: (value, count) => value * count,
  reduceProd: (value) => (value === 1 ? 1 : null),
  reduceMax: (value) => value,
  reduceMin: (value) => value,
};

function ofNumber<K extends Reduction>(b: GraphBuilder, op: K, { operands: [x], type }: Candidate<K>): Value | null {
  const value = numberOf(b, x);
  const count = sizeOf(b.shape(x)) / sizeOf(type.shape);
  if (value === null || !Number.isInteger(count) || count === 0) return null;
  const joined = REPEATED[op](value, count);
  // A product above 2^53 is not exact, so that it cannot be wrapped correctly.
  if (joined === null || (!isFloat(type.dtype) && !Number.isSafeInteger(joined))) return null;
  return b.constant(hold(joined, type.dtype), type.dtype, type.shape);
}
function emit(b: GraphBuilder, op: Reduction, x: Value, axes: readonly number[]): Value {
  return axes.length === 0 ? x : b.emit(op, [x], { axes })[0];
}

function twice<K extends Reduction>(b: GraphBuilder, op: K, node: Candidate<K>): Value | null {
  const inner = madeBy<Reduction>(b, node.operands[0], op);
  if (inner === null) return null;
  const { axes: first } = inner.attributes;
  const [x] = inner.operands;
  const left = b
    .shape(x)
    .map((_, axis) => axis)
    .filter((axis) => !first.includes(axis));
  const axes = [...first, ...node.attributes.axes.map((axis) => left[axis])];
  return emit(
    b,
    op,
    x,
    axes.sort((a, c) => a - c),
  );
}

/** Reduces the operand of a transpose instead of its result, so that the transpose moves fewer elements. */
function ofTransposed<K extends Reduction>(b: GraphBuilder, op: K, node: Candidate<K>): Value | null {
  const inner = madeBy(b, node.operands[0], 'transpose');
  if (inner === null) return null;
  const { permutation } = inner.attributes;
  const axes = node.attributes.axes.map((axis) => permutation[axis]).sort((a, c) => a - c);
  const kept = permutation.filter((axis) => !axes.includes(axis));
  const ranks = kept.map((axis) => kept.filter((other) => other < axis).length);
  const reduced = emit(b, op, inner.operands[0], axes);
  return isCounting(ranks) ? reduced : b.transpose(reduced, ranks);
}

/**
 * Simplifies reductions along broadcast axes, whose elements are equal: a sum becomes a multiplication, and a maximum
 * or minimum becomes the element.
 */
function ofRepeated<K extends Reduction>(b: GraphBuilder, op: K, node: Candidate<K>): Value | null {
  const inner = madeBy(b, node.operands[0], 'expand');
  if (inner === null) return null;
  const [x] = inner.operands;
  const { shape, axes: positions } = inner.attributes;
  const { axes } = node.attributes;
  const isOwn = (axis: number): boolean => positions.some((at, i) => at === axis && b.shape(x)[i] === shape[axis]);
  const repeated = axes.filter((axis) => !isOwn(axis));
  const times = sizeOf(repeated.map((axis) => shape[axis]));
  if (repeated.length === 0 || times === 0) return null;
  const gone = positions.flatMap((at, i) => (axes.includes(at) ? [i] : []));
  const reduced = emit(b, op, x, gone);
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const left = positions.filter((at) => !axes.includes(at)).map((at) => kept.indexOf(at));
  const spread = b.expand(reduced, node.type.shape, left);
  return op === 'reduceSum' ? b.mul(spread, b.full(spread, hold(times, node.type.dtype))) : spread;
}
