import type { IndexAtom, IndexExpr } from '@manabi/ir';

/**
 * Formats an index expression as text. Equal strings mean equal expressions.
 *
 * @example
 * ```ts
 * import { addIndex, axisIndex, scaleIndex } from '@manabi/ir';
 * import { formatIndex } from '@manabi/compiler';
 *
 * console.log(formatIndex(addIndex(scaleIndex(axisIndex(0, 4), 26), axisIndex(1, 26)))); // '26*i0 + i1'
 * ```
 */
export function formatIndex(index: IndexExpr): string {
  const parts = index.terms
    .map(({ atom, factor }) => (factor === 1 ? formatAtom(atom) : `${factor}*${formatAtom(atom)}`))
    .sort();
  if (index.constant !== 0 || parts.length === 0) parts.push(String(index.constant));
  return parts.join(' + ');
}

function formatAtom(atom: IndexAtom): string {
  switch (atom.kind) {
    case 'axis':
      return `i${atom.axis}`;
    case 'data':
      return `s${atom.scalar}`;
    case 'quotient':
      return `((${formatIndex(atom.of)}) / ${atom.by})`;
    case 'remainder':
      return `((${formatIndex(atom.of)}) % ${atom.by})`;
  }
}
