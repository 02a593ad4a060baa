import { int } from '../write/attribute.ts';
import { indexTerm } from './index-term.ts';
import type { Rows } from './row.ts';
import { scatterRows } from './scatter.ts';

/** Names of operators that read or write elements at given indices. */
export type IndexingName = 'gather' | 'gatherElements' | 'gatherND' | 'scatterElements' | 'scatterND';

export const indexingRows: Rows<IndexingName> = {
  gather: {
    write: (scope, { operands: [x, indices], attributes: { axis } }) => [
      scope.writer.compute('Gather', [scope.term(x)], {
        others: [indexTerm(scope, indices)],
        attributes: { axis: int(axis) },
      }),
    ],
  },
  gatherElements: {
    write: (scope, { operands: [x, indices], attributes: { axis } }) => [
      scope.writer.compute('GatherElements', [scope.term(x)], {
        others: [indexTerm(scope, indices)],
        attributes: { axis: int(axis) },
      }),
    ],
  },
  gatherND: {
    write: (scope, { operands: [x, indices], attributes: { batchDims } }) => [
      scope.writer.compute('GatherND', [scope.term(x)], {
        others: [scope.writer.cast(indexTerm(scope, indices), 'int64')],
        attributes: { batch_dims: int(batchDims) },
      }),
    ],
  },
  ...scatterRows,
};
