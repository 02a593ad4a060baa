import { ManabiError } from '@manabi/errors';
import type { OpName, ScatterMode } from '../graph/graph.ts';
import { axisIndex, dataIndex, evaluateIndex, type IndexExpr } from '../scalar/index-expression.ts';
import { type ScalarOp, scalarOps } from '../scalar/scalar.ts';
import { type DType, dtypes } from '../types/dtype.ts';
import { equalShapes, type Shape } from '../types/shape.ts';
import { indexAt, positionOf } from './layout/element-index.ts';
import type { ElementContext, LoweredNode, Lowering } from './lowering.ts';
import type { ReferenceArray } from './reference.ts';
import { fillReference } from './reference-array.ts';
import { references } from './reference-table.ts';

/**
 * A number and its dtype: the type of scalars when element expressions are evaluated directly, without compiling them.
 */
export interface EvaluatedScalar {
  readonly dtype: DType;
  readonly value: number;
}

/**
 * Computes the result of a node of class `pointwise` by evaluating its lowering for each element. Tests compare this
 * result with that of the operator's reference implementation.
 *
 * @throws ManabiError `index` if an operand contains an index outside its axis; `graph` if the lowering reads outside
 * an operand
 */
export function evaluatePointwise<K extends OpName>(
  lowering: Extract<Lowering<K>, { readonly class: 'pointwise' }>,
  node: LoweredNode<K>,
  operands: readonly ReferenceArray[],
): readonly ReferenceArray[] {
  const stored = lowering.stored?.(node.attributes) ?? null;
  return node.results.map((result) =>
    fillReference(result, (i) => {
      if (stored !== null) return constantOf(stored[i], result.dtype).value;
      const { context } = evaluationAt(indexAt(i, result.shape), operands);
      return lowering.element(context, axesOf(result.shape), node).value;
    }),
  );
}

/**
 * Computes the result of a node of class `assemble` by evaluating its lowering: fills the background, and then writes
 * the pieces in order.
 *
 * @throws ManabiError under the same conditions as `evaluatePointwise()`; also `graph` if pieces that are not
 * `overlapping` write an element twice, or if no piece writes an element and there is no background
 */
export function evaluateAssemble<K extends OpName>(
  lowering: Extract<Lowering<K>, { readonly class: 'assemble' }>,
  node: LoweredNode<K>,
  operands: readonly ReferenceArray[],
): readonly ReferenceArray[] {
  const [result] = node.results;
  const background = lowering.background === null ? null : operands[lowering.background];
  const assembled = fillReference(result, (i) => {
    if (background === null) return 0;
    return equalShapes(background.shape, result.shape) ? background.data[i] : background.data[0];
  });
  const covered = new Uint8Array(assembled.data.length);
  for (const piece of lowering.pieces(node)) {
    const source = operands[piece.operand];
    source.data.forEach((element, i) => {
      const { context, positionIn } = evaluationAt(indexAt(i, source.shape), operands);
      const to = positionIn(piece.target(context, axesOf(source.shape)), result.shape);
      if (!piece.overlapping && covered[to] > 0)
        throw broken('Two pieces write one element but are not marked as overlapping.', { position: to });
      covered[to] = 1;
      assembled.data[to] = joined(piece.combine, result.dtype, assembled.data[to], element);
    });
  }
  const uncovered = covered.indexOf(0);
  if (background === null && uncovered >= 0)
    throw broken('No piece writes an element, and there is no background.', { position: uncovered });
  return [assembled];
}

interface Evaluation {
  readonly context: ElementContext<EvaluatedScalar>;
  /** Returns the row-major position of an index within a shape. */
  readonly positionIn: (index: readonly IndexExpr[], shape: Shape) => number;
}

function evaluationAt(loops: readonly number[], operands: readonly ReferenceArray[]): Evaluation {
  const found: number[] = [];
  const numberOf = (index: IndexExpr): number =>
    evaluateIndex(
      index,
      (axis) => loops[axis],
      (scalar) => found[scalar],
    );
  const positionIn = (index: readonly IndexExpr[], shape: Shape): number => {
    const at = index.map(numberOf);
    if (at.length !== shape.length || at.some((value, axis) => !(value >= 0 && value < shape[axis]))) {
      throw broken('An index is outside its array.', { place: loops, at, shape });
    }
    return positionOf(at, shape);
  };
  const context: ElementContext<EvaluatedScalar> = {
    operand: (position, index) => {
      const { dtype, shape, data } = operands[position];
      return { dtype, value: data[positionIn(index, shape)] };
    },
    constant: constantOf,
    instruction: (op, scalars, dtype) => computed(op, scalars, dtype),
    fromIndex: (index) => ({ dtype: 'int32', value: numberOf(index) }),
    toIndex: ({ dtype, value }, extent) => {
      if (dtype !== 'int32') throw broken('Only an int32 scalar can become an index.', { dtype });
      if (value < 0 || value >= extent) {
        throw new ManabiError('index', `The index ${value} is outside an axis of ${extent} elements.`, {
          op: 'evaluateLowering',
          data: { index: value, extent },
        });
      }
      return dataIndex(found.push(value) - 1, extent);
    },
  };
  return { context, positionIn };
}

/** Rounds or wraps a number to its dtype. */
function constantOf(value: number, dtype: DType): EvaluatedScalar {
  const [held] = dtypes[dtype].create(1).fill(value);
  return { dtype, value: held };
}

/** Computes a scalar instruction by the reference implementation of the elementwise operator with the same name. */
function computed(op: ScalarOp, scalars: readonly EvaluatedScalar[], given: DType = 'float32'): EvaluatedScalar {
  const operands = scalars.map(({ dtype, value }) => fillReference({ dtype, shape: [] }, () => value));
  // Only the references of `cast` and `bitcast` read attributes.
  const attributes = { dtype: given };
  const result = { dtype: resultOf(op, scalars, given), shape: [] };
  const [element] = references[op](operands, attributes, [result], () => []);
  return { dtype: element.dtype, value: element.data[0] };
}

function resultOf(op: ScalarOp, scalars: readonly EvaluatedScalar[], given: DType): DType {
  const { arity, accepts, result } = scalarOps[op];
  const first = scalars[0].dtype;
  const last = scalars[scalars.length - 1].dtype;
  if (scalars.length !== arity || !accepts(result === 'first' ? first : last)) {
    throw broken('An instruction does not accept its operands.', { op, operands: scalars });
  }
  return { same: last, first, bool: 'bool' as const, given }[result];
}

function joined(mode: ScatterMode, dtype: DType, known: number, element: number): number {
  if (mode === 'set') return element;
  const one = { dtype, value: known };
  return computed(mode, [one, { dtype, value: element }]).value;
}

function axesOf(shape: Shape): IndexExpr[] {
  return shape.map((extent, axis) => axisIndex(axis, extent));
}

function broken(message: string, data: Readonly<Record<string, unknown>>): ManabiError {
  return new ManabiError('graph', message, { op: 'evaluateLowering', data });
}
