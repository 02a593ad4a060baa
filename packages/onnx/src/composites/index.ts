import type { CompositeName } from '@manabi/ir';
import type { OpenNode } from '../symbolic/open-graph.ts';
import type { Scope } from '../write/scope.ts';
import type { Bound } from '../write/term.ts';
import { activationRows } from './activation.ts';
import { attentionRows } from './attention.ts';
import { BLOCKED_CONVOLUTION, blockedConvolution } from './blocked.ts';
import { elementaryRows } from './elementary.ts';
import { normalizationRows } from './normalization.ts';
import { poolingRows } from './pooling.ts';
import { quantizedRows } from './quantized.ts';
import { recurrentRows } from './recurrent.ts';
import { reductionRows } from './reduction.ts';
import { resampleRows } from './resample.ts';
import { bodyOnly, type CompositeRow, type CompositeRows } from './row.ts';
import { slopeRows } from './slopes.ts';

const RANDOM = bodyOnly("ONNX's random operators use different generators, with hidden state.");

/**
 * Function that writes a call of a composite as an ONNX operator. It returns null if the operator would compute a
 * different result.
 */
type WriteCall = (scope: Scope, node: OpenNode<'call'>) => readonly Bound[] | null;

/**
 * Returns the function that writes calls of a composite as an ONNX operator. Returns null if the composite is always
 * inlined, that is, written as the elementary operators that define it. The returned function itself returns null for a
 * call that must be inlined, for example because its configuration depends on the batch size.
 */
export function compositeRow(name: string): WriteCall | null {
  if (name === BLOCKED_CONVOLUTION) return (scope, node) => blockedConvolution(scope, node, {});
  if (isSlope(name)) return (scope, node) => slopeRows[name](scope, node, {});
  if (!isComposite(name)) return null;
  const row = compositeRows[name];
  if ('reason' in row) return null;
  // The composite's name determines the type of its config, which the compiler cannot infer from a string.
  const write = (typeof row === 'function' ? row : row.write) as CompositeRow<unknown>;
  const open = typeof row === 'function' ? null : `config.${row.open}`;
  return (scope, node) => {
    const isFixed = [...node.open.keys()].every((path) => open !== null && path.startsWith(open));
    return isFixed && node.quotients.size === 0 ? write(scope, node, node.attributes.config) : null;
  };
}

/** Returns whether a call with this name is a derivative that has a form of its own only for the backend. */
export function isSlope(name: string): boolean {
  return Object.hasOwn(slopeRows, name);
}

function isComposite(name: string): name is CompositeName {
  return Object.hasOwn(compositeRows, name);
}

/** ONNX operator of each composite, or the reason why it has none. */
const compositeRows: CompositeRows<CompositeName> = {
  ...activationRows,
  ...elementaryRows,
  ...normalizationRows,
  ...poolingRows,
  ...recurrentRows,
  ...reductionRows,
  ...resampleRows,
  ...attentionRows,
  ...quantizedRows,
  oneHot: bodyOnly("ONNX's OneHot counts negative indices from the end."),
  trilu: bodyOnly('ONNX Runtime has kernels of Trilu only for float32, float64, int64 and bool.'),
  eye: bodyOnly('Its definition is simplified to a constant.'),
  split: RANDOM,
  foldIn: RANDOM,
  uniform: RANDOM,
  normal: RANDOM,
  truncatedNormal: RANDOM,
  bernoulli: RANDOM,
  categorical: RANDOM,
  permutation: RANDOM,
  dropout: RANDOM,
};
