import type { LayoutOps } from '@manabi/ir';
import type { Length } from '../symbolic/length.ts';
import { concat, reshape, reverse, slice, transpose } from '../write/layout.ts';
import { isSpread } from '../write/term.ts';
import { dynamicRows } from './layout-dynamic.ts';
import { spreadOut } from './pad.ts';
import type { Rows } from './row.ts';

export const layoutRows: Rows<LayoutOps> = {
  reshape: {
    open: ['shape'],
    write: (scope, { operands: [x], results: [result] }) => [
      reshape(scope.writer, scope.term(x), scope.shape(x), scope.shape(result)),
    ],
  },
  transpose: {
    write: (scope, { operands: [x], attributes: { permutation } }) => {
      const bound = scope.bound(x);
      return [transpose(scope.writer, isSpread(bound) ? scope.term(x) : bound, permutation)];
    },
  },
  expand: {
    open: ['shape'],
    write: (scope, { operands: [x], attributes: { axes }, results: [result] }) => {
      const bound = scope.bound(x);
      const shape = scope.shape(result);
      if (!isSpread(bound)) return [{ source: bound, sourceShape: scope.shape(x), axes, shape }];
      return [{ ...bound, axes: bound.axes.map((axis) => axes[axis]), shape }];
    },
  },
  slice: {
    open: ['start', 'limit'],
    write: (scope, { operands: [x], attributes: { start, limit, step }, open }) => {
      const at = (name: string, values: readonly number[]): Length[] =>
        values.map((value, axis) => open.get(`${name}.${axis}`) ?? value);
      return [slice(scope.writer, scope.term(x), scope.shape(x), at('start', start), at('limit', limit), step)];
    },
  },
  reverse: {
    write: (scope, { operands: [x], attributes: { axes } }) => [reverse(scope.writer, scope.term(x), axes)],
  },
  pad: {
    open: ['low', 'high'],
    write: (scope, { operands: [x, value], attributes: { low, high, interior }, open }) => {
      const { writer: w } = scope;
      const fill = scope.term(value);
      const spread = interior.some((between) => between > 0)
        ? spreadOut(w, scope.term(x), scope.shape(x), interior, fill)
        : scope.term(x);
      const at = (name: string, values: readonly number[]): Length[] =>
        values.map((amount, axis) => open.get(`${name}.${axis}`) ?? amount);
      const pads = [...at('low', low), ...at('high', high)];
      if (pads.every((amount) => amount === 0)) return [spread];
      return [w.compute('Pad', [spread], { others: [w.shape(pads), w.cast(fill, spread.dtype)] })];
    },
  },
  concat: {
    write: (scope, { operands, attributes: { axis } }) => [concat(scope.writer, scope.terms(operands), axis)],
  },
  ...dynamicRows,
};
