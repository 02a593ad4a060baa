import { type DType, dtypes } from '@manabi/ir';
import { int } from '../write/attribute.ts';
import type { KernelName } from '../write/kernels.ts';
import type { Row, Rows } from './row.ts';

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
      return [w.compute(opType, [scope.term(x)], { others: [w.int64(axes)], attributes: { keepdims: int(0) } })];
    },
  };
}

function argRow<K extends 'argMax' | 'argMin'>(opType: KernelName): Row<K> {
  return {
    write: (scope, node) => {
      const { writer: w } = scope;
      const attributes = { axis: int(node.attributes.axis), keepdims: int(0) };
      const found = w.compute(opType, [scope.term(node.operands[0])], { attributes, results: ['int64'] });
      return [w.cast(found, 'int32')];
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
