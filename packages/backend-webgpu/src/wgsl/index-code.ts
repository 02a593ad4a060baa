import { type IndexAtom, type IndexExpr, indexRange } from '@manabi/ir';

/** Functions that return the WGSL code (of type i32) of a loop axis or of a scalar in an index expression. */
export interface IndexNames {
  readonly axis: (axis: number) => string;
  readonly data: (scalar: number) => string;
}

/** Returns the WGSL code of an index expression, as an i32. */
export function indexCode(index: IndexExpr, names: IndexNames): string {
  const terms = index.terms.map(({ atom, factor }) => {
    const text = atomCode(atom, names);
    return factor === 1 ? text : `${text} * ${factor}i`.replace(/\* (-\d+)i/, '* ($1i)');
  });
  if (index.constant !== 0 || terms.length === 0)
    terms.push(index.constant < 0 ? `(${index.constant}i)` : `${index.constant}i`);
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

/**
 * Returns the code of an index divided by a constant, or of the remainder. Divides as unsigned integers, which is
 * faster, if the index cannot be negative or exceed 2^31 - 1.
 */
function divided(of: IndexExpr, operator: '/' | '%', by: number, names: IndexNames): string {
  const [low, high] = indexRange(of);
  const text = indexCode(of, names);
  if (low < 0 || high >= 2 ** 31) return `(${text} ${operator} ${by}i)`;
  return `i32(u32(${text}) ${operator} ${by}u)`;
}
