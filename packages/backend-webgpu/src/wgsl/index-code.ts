import { type IndexAtom, type IndexExpr, indexRange } from '@manabi/ir';
import { integerLiteral } from './literals.ts';

/** Functions that return the WGSL code (of type i32) of a loop axis or of a scalar in an index expression. */
export interface IndexNames {
  readonly axis: (axis: number) => string;
  readonly data: (scalar: number) => string;
}

/**
 * Returns the WGSL code of an index expression, as an i32. Indices of 2^31 and above wrap around; converted to u32, they are
 * right again.
 */
export function indexCode(index: IndexExpr, names: IndexNames): string {
  const terms = index.terms.map(({ atom, factor }) => {
    const text = atomCode(atom, names);
    return factor === 1 ? text : `${text} * ${wrapped(factor)}`;
  });
  if (index.constant !== 0 || terms.length === 0) terms.push(wrapped(index.constant));
  return terms.length === 1 && /^\w+$/.test(terms[0]) ? terms[0] : `(${terms.join(' + ')})`;
}

function atomCode(atom: IndexAtom, names: IndexNames): string {
  switch (atom.kind) {
    case 'axis':
      return names.axis(atom.axis);
    case 'data':
      return names.data(atom.scalar);
    case 'quotient':
      return divided(atom.of, '/', atom.by, names);
    case 'remainder':
      return divided(atom.of, '%', atom.by, names);
  }
}

/** Returns an i32 literal of an integer modulo 2^32. */
const wrapped = (value: number): string => integerLiteral(value | 0);

/**
 * Returns the code of an index divided by a constant, or of the remainder. Divides as unsigned integers, which is
 * faster, if the index cannot be negative or exceed 2^32 - 1.
 */
function divided(of: IndexExpr, operator: '/' | '%', by: number, names: IndexNames): string {
  const [low, high] = indexRange(of);
  const text = indexCode(of, names);
  if (low < 0 || high >= 2 ** 32) return `(${text} ${operator} ${by}i)`;
  return `i32(u32(${text}) ${operator} ${by}u)`;
}
