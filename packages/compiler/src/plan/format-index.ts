import type { IndexAtom, IndexExpr } from '@manabi/ir';

/** Text of an index expression: `26*i0 + i1 + 3`; equal texts mean equal expressions. */
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
