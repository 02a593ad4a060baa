import type { ScatterMode, Value } from '@manabi/ir';
import { int, type NodeAttributes, text } from '../write/attribute.ts';
import type { Scope } from '../write/scope.ts';
import type { Term } from '../write/term.ts';
import type { Rows } from './row.ts';

/** The operators that read and write at places that are data. */
export type IndexingName = 'gather' | 'gatherElements' | 'gatherND' | 'scatterElements' | 'scatterND';

/** ONNX's names for how a scatter joins an update with what is there. */
const REDUCTIONS: { readonly [M in ScatterMode]: string } = {
  set: 'none',
  add: 'add',
  mul: 'mul',
  max: 'max',
  min: 'min',
};

export const indexingRows: Rows<IndexingName> = {
  gather: {
    write: (scope, { operands: [x, indices], attributes: { axis } }) => [
      scope.writer.compute('Gather', [scope.term(x)], {
        others: [scope.term(indices)],
        attributes: { axis: int(axis) },
      }),
    ],
  },
  gatherElements: {
    write: (scope, { operands: [x, indices], attributes: { axis } }) => [
      scope.writer.compute('GatherElements', [scope.term(x)], {
        others: [scope.term(indices)],
        attributes: { axis: int(axis) },
      }),
    ],
  },
  gatherND: {
    write: (scope, { operands: [x, indices], attributes: { batchDims } }) => [
      scope.writer.compute('GatherND', [scope.term(x)], {
        others: [scope.writer.cast(scope.term(indices), 'int64')],
        attributes: { batch_dims: int(batchDims) },
      }),
    ],
  },
  scatterElements: {
    write: (scope, { operands: [x, indices, updates], attributes: { axis, mode } }) => {
      const attributes = { axis: int(axis), reduction: text(REDUCTIONS[mode]) };
      return [scatter(scope, 'ScatterElements', x, updates, scope.term(indices), attributes)];
    },
  },
  scatterND: {
    write: (scope, { operands: [x, indices, updates], attributes: { mode } }) => {
      const places = scope.writer.cast(scope.term(indices), 'int64');
      return [scatter(scope, 'ScatterND', x, updates, places, { reduction: text(REDUCTIONS[mode]) })];
    },
  },
};

function scatter(
  scope: Scope,
  opType: 'ScatterElements' | 'ScatterND',
  x: Value,
  updates: Value,
  places: Term,
  attributes: NodeAttributes,
): Term {
  const { writer: w } = scope;
  const { dtype } = scope.type(x);
  // Kernels that join bools are missing.
  const carrier = dtype === 'bool' ? 'uint8' : dtype;
  const [data, written] = [scope.term(x), scope.term(updates)].map((term) => w.cast(term, carrier));
  return w.cast(w.emitOne(opType, [data, places, written], carrier, attributes), dtype);
}
