import { type Attributes, type DType, dtypes, hostArray, isFloat, sizeOf, type Value } from '@manabi/ir';
import { fixedShape } from '../symbolic/length.ts';
import { int } from '../write/attribute.ts';
import type { KernelName } from '../write/kernels.ts';
import { reshape } from '../write/layout.ts';
import type { Scope } from '../write/scope.ts';
import type { Term } from '../write/term.ts';
import type { Writer } from '../write/writer.ts';
import type { Row, Rows } from './row.ts';
import { numberLike, where } from './select.ts';

/** Names of operators that reduce axes, and of the cumulative sum. */
export type ReduceName = 'reduceSum' | 'reduceProd' | 'reduceMax' | 'reduceMin' | 'argMax' | 'argMin' | 'cumSum';

/** Returns the description of how to write a reduction. `identity` is the result for an axis of length 0. */
function reduction<K extends 'reduceSum' | 'reduceProd' | 'reduceMax' | 'reduceMin'>(
  opType: KernelName,
  identity: (dtype: DType) => number,
): Row<K> {
  return {
    write: (scope, node) => {
      const { writer: w } = scope;
      const [x] = node.operands;
      const { axes } = node.attributes;
      const { dtype, shape } = scope.type(x);
      if (axes.length === 0) return [scope.term(x)];
      if (axes.some((axis) => shape[axis] === 0)) {
        const source = w.scalar(identity(dtype), dtype);
        return [{ source, sourceShape: [], axes: [], shape: scope.shape(node.results[0]) }];
      }
      const product = opType === 'ReduceSum' ? productWithOnes(scope, node) : null;
      if (product !== null) return [product];
      const reduced = (term: Term): Term =>
        w.compute(opType, [term], { others: [w.int64(axes)], attributes: { keepdims: int(0) } });
      const result = reduced(scope.term(x));
      return [ignoresNaN(w, opType, dtype) ? withNaN(w, scope.term(x), axes, result) : result];
    },
  };
}

/** Limits of the number of rows that are summed by a product. In longer sums, the order of the summands matters. */
const [LEAST_ROWS, MOST_ROWS] = [8, 4096];

/**
 * Writes a sum over the first axes, such as the gradient of a bias, as the product of a vector of ones and a matrix, for which
 * ONNX Runtime has a kernel that is up to six times as fast. Returns null for other sums.
 */
function productWithOnes(
  scope: Scope,
  {
    operands: [x],
    attributes: { axes },
    results,
  }: { operands: readonly Value[]; attributes: Attributes['reduceSum']; results: readonly Value[] },
): Term | null {
  const { writer: w } = scope;
  const shape = fixedShape(scope.shape(x));
  if (!w.file.isForBackend || scope.type(x).dtype !== 'float32' || shape === null) return null;
  const areFirst = axes.length < shape.length && axes.every((axis, i) => axis === i);
  const [rows, columns] = [sizeOf(shape.slice(0, axes.length)), sizeOf(shape.slice(axes.length))];
  if (!areFirst || columns === 0 || rows < LEAST_ROWS || rows > MOST_ROWS) return null;
  const ones = w.constant(hostArray('float32', [rows], dtypes.float32.create(rows).fill(1)));
  const sums = w.compute('MatMul', [ones, reshape(w, scope.term(x), shape, [rows, columns])]);
  return reshape(w, sums, [columns], scope.shape(results[0]));
}

/** Whether nodes must be added because ONNX Runtime ignores NaN in maxima and minima. */
function ignoresNaN(w: Writer, opType: KernelName, dtype: DType): boolean {
  return w.file.isForBackend && isFloat(dtype) && opType !== 'ReduceSum' && opType !== 'ReduceProd';
}

/** Replaces results by NaN where an element of x is NaN. */
function withNaN(w: Writer, x: Term, axes: readonly number[], result: Term): Term {
  const hasNaN = w.compute('ReduceMax', [w.cast(nanMarks(w, x), 'uint8')], {
    others: [w.int64(axes)],
    attributes: { keepdims: int(0) },
  });
  return where(w, w.cast(hasNaN, 'bool'), numberLike(w, result, Number.NaN), result);
}

function nanMarks(w: Writer, x: Term): Term {
  return w.compute('IsNaN', [x], { results: ['bool'] });
}

function argRow<K extends 'argMax' | 'argMin'>(opType: KernelName): Row<K> {
  return {
    write: (scope, node) => {
      const { writer: w } = scope;
      const { axis } = node.attributes;
      const attributes = { axis: int(axis), keepdims: int(0) };
      const x = scope.term(node.operands[0]);
      const found = w.compute(opType, [x], { attributes, results: ['int64'] });
      if (!ignoresNaN(w, opType, scope.type(node.operands[0]).dtype)) return [w.cast(found, 'int32')];
      // The first NaN, if there is one, is the result of both operators.
      const marks = w.cast(nanMarks(w, x), 'uint8');
      const first = w.compute('ArgMax', [marks], { attributes, results: ['int64'] });
      const hasNaN = w.compute('ReduceMax', [marks], { others: [w.int64([axis])], attributes: { keepdims: int(0) } });
      return [w.cast(where(w, w.cast(hasNaN, 'bool'), first, found), 'int32')];
    },
  };
}

export const reduceRows: Rows<ReduceName> = {
  reduceSum: reduction('ReduceSum', () => 0),
  reduceProd: reduction('ReduceProd', () => 1),
  reduceMax: reduction('ReduceMax', (dtype) => dtypes[dtype].min),
  reduceMin: reduction('ReduceMin', (dtype) => dtypes[dtype].max),
  argMax: argRow('ArgMax'),
  argMin: argRow('ArgMin'),
  cumSum: {
    write: (scope, { operands: [x], attributes: { axis, reverse, exclusive } }) => {
      const { writer: w } = scope;
      const attributes = { reverse: int(reverse), exclusive: int(exclusive) };
      return [w.compute('CumSum', [scope.term(x)], { others: [w.int64([axis], [])], attributes })];
    },
  },
};
