import type { GraphBuilder } from '../graph/builder.ts';
import type { OpName, Value } from '../graph/graph.ts';
import type { ElementContext, LoweredNode, Lowering } from '../operators/lowering.ts';
import { lowerings } from '../operators/lowerings-table.ts';

import { constantIndex, evaluateIndex, type IndexExpr } from '../scalar/index-expression.ts';
import { type ScalarOp, scalarOps } from '../scalar/scalar.ts';
import type { DType } from '../types/dtype.ts';
import { rowMajorStrides, sizeOf } from '../types/shape.ts';
import { foldScalar, hold } from './fold-scalar.ts';
import { madeBy, numberOf } from './match.ts';
import type { Candidate, GeneralRule, RewriteContext } from './rewrite.ts';

/** Maximal number of elements of a folded result whose elements differ. Larger results are not folded. */
const MOST_ELEMENTS = 64;

/**
 * Constant folding: replaces a pointwise node whose operands are constants by a constant. The instructions of the node
 * must produce the same bits on every machine, and the result must be small or have equal elements. The result is
 * computed by evaluating the lowering of the node.
 */
export const foldConstants: GeneralRule = { name: 'folds constants', apply: folded };

function folded<K extends OpName>({ builder }: RewriteContext, node: Candidate<K>): Value | null {
  if (node.operands.length === 0) return null;
  // A result without elements can be any constant.
  if (sizeOf(node.type.shape) === 0) return builder.constant(0, node.type.dtype, node.type.shape);
  if (node.operands.some((operand) => madeBy(builder, operand, 'constant') === null)) {
    return null;
  }
  return foldUniform(builder, node) ?? foldSmall(builder, node);
}

/** Folds a node whose operands each have equal elements, so that all elements of its result are equal too. */
function foldUniform<K extends OpName>(builder: GraphBuilder, node: Candidate<K>): Value | null {
  const lowering: Lowering<K> = lowerings[node.op];
  const numbers = node.operands.map((operand) => numberOf(builder, operand));
  if (lowering.class !== 'pointwise' || numbers.includes(null)) return null;
  const isUniform = lowering.kind === 'elementwise' || (lowering.kind === 'layout' && numbers.length === 1);
  if (!isUniform) return null;
  const element = lowering.element(
    foldingContext((position) => numbers[position], builder, node),
    node.type.shape.map(() => constantIndex(0)),
    lowered(builder, node),
  );
  return element.value === null ? null : builder.constant(element.value, node.type.dtype, node.type.shape);
}

function foldSmall<K extends OpName>(builder: GraphBuilder, node: Candidate<K>): Value | null {
  const lowering: Lowering<K> = lowerings[node.op];
  const { shape, dtype } = node.type;
  const size = sizeOf(shape);
  if (lowering.class !== 'pointwise' || size > MOST_ELEMENTS) return null;
  const read = (position: number, index: readonly IndexExpr[]): number | null =>
    elementOf(builder, node.operands[position], index.map(numberAt));
  const values: number[] = [];
  for (const at of indicesIn(shape)) {
    const context = foldingContext(read, builder, node);
    const { value } = lowering.element(context, at.map(constantIndex), lowered(builder, node));
    if (value === null) return null;
    values.push(value);
  }
  return builder.constant(values.every((value) => Object.is(value, values[0])) ? values[0] : values, dtype, shape);
}

function lowered<K extends OpName>(builder: GraphBuilder, node: Candidate<K>): LoweredNode<K> {
  return {
    operands: node.operands.map((operand) => builder.type(operand)),
    results: [node.type],
    attributes: node.attributes,
  };
}

/** A scalar in a folded expression: its number, or null if it is unknown, and its dtype. */
interface Folded {
  readonly dtype: DType;
  readonly value: number | null;
}

function foldingContext<K extends OpName>(
  read: (position: number, index: readonly IndexExpr[]) => number | null,
  builder: GraphBuilder,
  node: Candidate<K>,
): ElementContext<Folded> {
  let isUnknown = false;
  const known = (dtype: DType, value: number | null): Folded => ({ dtype, value: isUnknown ? null : value });
  return {
    operand: (position, index) => {
      const dtype = builder.dtype(node.operands[position]);
      const value = read(position, index);
      return known(dtype, value === null ? null : hold(value, dtype));
    },
    constant: (value, dtype) => known(dtype, hold(value, dtype)),
    instruction: (op, operands, dtype) => {
      const from = operands[operands.length - 1].dtype;
      const to = resultDType(op, from, dtype);
      const numbers = operands.map(({ value }) => value).filter((value) => value !== null);
      return known(to, numbers.length === operands.length ? foldScalar(op, numbers, from, to) : null);
    },
    fromIndex: (index) => known('int32', numberAt(index)),
    toIndex: ({ value }, extent) => {
      if (value !== null && value >= 0 && value < extent) return constantIndex(value);
      // The index is unknown or out of range. Only the backend can report the error, so the node is not folded.
      isUnknown = true;
      return constantIndex(0);
    },
  };
}

function resultDType(op: ScalarOp, from: DType, given: DType | undefined): DType {
  const { result } = scalarOps[op];
  return result === 'bool' ? 'bool' : result === 'given' ? (given ?? from) : from;
}

/** Returns the value of an index expression without axes and data; NaN if it depends on either. */
function numberAt(index: IndexExpr): number {
  const unknown = (): number => Number.NaN;
  return evaluateIndex(index, unknown, unknown);
}

function elementOf(builder: GraphBuilder, operand: Value, index: readonly number[]): number | null {
  const stored = madeBy(builder, operand, 'constant')?.attributes.value;
  if (stored === undefined || typeof stored === 'number') return stored ?? null;
  const strides = rowMajorStrides(builder.shape(operand));
  const at = index.reduce((sum, value, axis) => sum + value * strides[axis], 0);
  return Number.isNaN(at) ? null : stored[at];
}

/** Generates every index of an array of the given shape, in row-major order. */
function* indicesIn(shape: readonly number[]): Generator<readonly number[]> {
  const strides = rowMajorStrides(shape);
  for (let i = 0; i < sizeOf(shape); i++) {
    yield shape.map((length, axis) => Math.floor(i / strides[axis]) % length);
  }
}
