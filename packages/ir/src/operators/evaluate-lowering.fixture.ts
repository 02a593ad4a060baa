import { ManabiError } from '@manabi/errors';
import type { OpName, ScatterMode } from '../graph/graph.ts';
import { axisIndex, dataIndex, evaluateIndex, type IndexExpr } from '../scalar/index-expression.ts';
import { type ScalarOp, scalarOps } from '../scalar/scalar.ts';
import { type DType, dtypes } from '../types/dtype.ts';
import { equalShapes, type Shape } from '../types/shape.ts';
import { placeAt, positionOf } from './layout/places.ts';
import type { ElementContext, LoweredNode, Lowering } from './lowering.ts';
import type { ReferenceArray } from './reference.ts';
import { fillReference } from './reference-array.ts';
import { references } from './reference-table.ts';

/** A number with its dtype: what an element expression is made of when it is computed rather than compiled. */
export interface EvaluatedScalar {
  readonly dtype: DType;
  readonly value: number;
}

/**
 * Computes a node of class `pointwise` from its lowering, element by element: the reading of a lowering that a
 * backend's is held against, and that is itself held against the operator's reference.
 *
 * @throws ManabiError `index` if a place that an operand holds is outside of its axis, `graph` if the lowering itself
 * reads outside of an operand
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
      const { context } = evaluationAt(placeAt(i, result.shape), operands);
      return lowering.element(context, axesOf(result.shape), node).value;
    }),
  );
}

/**
 * Computes a node of class `assemble` from its lowering, piece by piece, in order.
 *
 * @throws ManabiError as `evaluatePointwise`; `graph` also if a place is covered twice by pieces that say that they do
 * not overlap, or by no piece where there is no background
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
      const { context, positionIn } = evaluationAt(placeAt(i, source.shape), operands);
      const to = positionIn(piece.place(context, axesOf(source.shape)), result.shape);
      if (!piece.overlapping && covered[to] > 0) throw broken('Two pieces cover one place.', { position: to });
      covered[to] = 1;
      assembled.data[to] = joined(piece.combine, result.dtype, assembled.data[to], element);
    });
  }
  const bare = covered.indexOf(0);
  if (background === null && bare >= 0) throw broken('No piece covers a place.', { position: bare });
  return [assembled];
}

interface Evaluation {
  readonly context: ElementContext<EvaluatedScalar>;
  /** Position in row-major order that an index expression for each axis of a shape names. */
  readonly positionIn: (index: readonly IndexExpr[], shape: Shape) => number;
}

function evaluationAt(place: readonly number[], operands: readonly ReferenceArray[]): Evaluation {
  const found: number[] = [];
  const numberOf = (index: IndexExpr): number =>
    evaluateIndex(
      index,
      (axis) => place[axis],
      (scalar) => found[scalar],
    );
  const positionIn = (index: readonly IndexExpr[], shape: Shape): number => {
    const at = index.map(numberOf);
    if (at.length !== shape.length || at.some((value, axis) => !(value >= 0 && value < shape[axis]))) {
      throw broken('An index lies outside of its array.', { place, at, shape });
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
      if (dtype !== 'int32') throw broken('Only an int32 can become an index.', { dtype });
      if (value < 0 || value >= extent) {
        throw new ManabiError('index', `The index ${value} is outside of an axis of ${extent} elements.`, {
          op: 'evaluateLowering',
          data: { index: value, extent },
        });
      }
      return dataIndex(found.push(value) - 1, extent);
    },
  };
  return { context, positionIn };
}

/** A constant is what its dtype can hold of it. */
function constantOf(value: number, dtype: DType): EvaluatedScalar {
  const [held] = dtypes[dtype].create(1).fill(value);
  return { dtype, value: held };
}

/** The scalar instructions are the elementwise operators of the same names, on one element. */
function computed(op: ScalarOp, scalars: readonly EvaluatedScalar[], given: DType = 'float32'): EvaluatedScalar {
  const operands = scalars.map(({ dtype, value }) => fillReference({ dtype, shape: [] }, () => value));
  // The attributes of `cast` and `bitcast`; the other instructions have none and look at none.
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
    throw broken('An instruction does not take its operands.', { op, operands: scalars });
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
