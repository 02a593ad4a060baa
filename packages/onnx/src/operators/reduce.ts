import { int } from '../write/attribute.ts';
import type { KernelName } from '../write/kernels.ts';
import type { Scope } from '../write/scope.ts';
import type { Row, Rows } from './row.ts';

/** The operators that join or run along axes. */
export type ReduceName = 'reduceSum' | 'reduceProd' | 'reduceMax' | 'reduceMin' | 'argMax' | 'argMin' | 'cumSum';

function reduction<K extends 'reduceSum' | 'reduceProd' | 'reduceMax' | 'reduceMin'>(opType: KernelName): Row<K> {
  return {
    write: (scope: Scope, node) => {
      const { writer: w } = scope;
      const x = scope.term(node.operands[0]);
      const { axes } = node.attributes;
      if (axes.length === 0) return [x];
      return [w.compute(opType, [x], { others: [w.int64(axes)], attributes: { keepdims: int(0) } })];
    },
  };
}

function place<K extends 'argMax' | 'argMin'>(opType: KernelName): Row<K> {
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
  reduceSum: reduction('ReduceSum'),
  reduceProd: reduction('ReduceProd'),
  reduceMax: reduction('ReduceMax'),
  reduceMin: reduction('ReduceMin'),
  argMax: place('ArgMax'),
  argMin: place('ArgMin'),
  cumSum: {
    write: (scope, { operands: [x], attributes: { axis, reverse, exclusive } }) => {
      const { writer: w } = scope;
      const attributes = { reverse: int(reverse), exclusive: int(exclusive) };
      return [w.compute('CumSum', [scope.term(x)], { others: [w.int64([axis], [])], attributes })];
    },
  },
};
