import type { CompositeName } from '@manabi/ir';
import type { OpenNode } from '../symbolic/open-graph.ts';
import type { Scope } from '../write/scope.ts';
import type { Bound } from '../write/term.ts';
import { activationRows } from './activation.ts';
import { elementaryRows } from './elementary.ts';
import { normalizationRows } from './normalization.ts';
import { poolingRows } from './pooling.ts';
import { recurrentRows } from './recurrent.ts';
import { reductionRows } from './reduction.ts';
import { resampleRows } from './resample.ts';
import { bodyOnly, type CompositeRow, type CompositeRows } from './row.ts';

const MADE_OF_BITS = bodyOnly("ONNX's random operators draw other numbers, from a state of their own.");

/** Writes a call as an operator of ONNX; null where that would not do the same. */
type WriteCall = (scope: Scope, node: OpenNode<'call'>) => readonly Bound[] | null;

/**
 * How calls of a name are written as an operator of ONNX; null for those that are written as their bodies. So are calls
 * whose configuration depends on open lengths.
 */
export function compositeRow(name: string): WriteCall | null {
  if (!isComposite(name)) return null;
  const row = compositeRows[name];
  if ('reason' in row) return null;
  // A call of a composite's name has that composite's config; the compiler cannot see that through the name.
  const write = row as CompositeRow<unknown>;
  return (scope, node) =>
    node.open.size > 0 || node.quotients.size > 0 ? null : write(scope, node, node.attributes.config);
}

function isComposite(name: string): name is CompositeName {
  return Object.hasOwn(compositeRows, name);
}

/** Every composite: the operator of ONNX that it becomes, or why it never does. */
const compositeRows: CompositeRows<CompositeName> = {
  ...activationRows,
  ...elementaryRows,
  ...normalizationRows,
  ...poolingRows,
  ...recurrentRows,
  ...reductionRows,
  ...resampleRows,
  oneHot: bodyOnly("ONNX's OneHot counts negative places from the end."),
  trilu: bodyOnly('ONNX Runtime has kernels of Trilu for float32, float64, int64 and bool alone; the body is folded.'),
  eye: bodyOnly('It is a constant, which the body becomes.'),
  split: MADE_OF_BITS,
  foldIn: MADE_OF_BITS,
  uniform: MADE_OF_BITS,
  normal: MADE_OF_BITS,
  truncatedNormal: MADE_OF_BITS,
  bernoulli: MADE_OF_BITS,
  categorical: MADE_OF_BITS,
  permutation: MADE_OF_BITS,
  dropout: MADE_OF_BITS,
};
