import type { Value } from '@manabi/ir';
import type { Scope } from '../write/scope.ts';
import type { Term } from '../write/term.ts';

/**
 * Returns the indices of a node for ONNX. In ONNX, negative indices count from the end. If the graph must be exact, nodes
 * are added that turn them into large ones, which ONNX Runtime rejects.
 */
export function indexTerm(scope: Scope, indices: Value): Term {
  const { writer: w } = scope;
  const term = scope.term(indices);
  // As uint32, negative numbers are 2^31 or more, which is out of range for every axis.
  return w.file.isForBackend ? w.cast(w.cast(term, 'uint32'), 'int64') : term;
}
