/** The name under which the batch size stands in lengths. */
export const BATCH = 'batch';

/** A factor times a product of open lengths, by name in alphabetical order. */
export interface Monomial {
  readonly factor: number;
  readonly variables: readonly string[];
}

/** A length that depends on the batch size, or on others that are open: a sum of monomials, of which there is one at least. */
export interface OpenLength {
  readonly monomials: readonly Monomial[];
  readonly offset: number;
}

/** A length that is known, or that depends on open ones. */
export type Length = number | OpenLength;

/** True if the length is always the same. */
export function isFixed(length: Length): length is number {
  return typeof length === 'number';
}

/** The sum of monomials and a number, with those of the same variables made one. */
function lengthOf(monomials: readonly Monomial[], offset: number): Length {
  const factors = new Map<string, Monomial>();
  for (const { factor, variables } of monomials) {
    const sorted = [...variables].sort();
    const key = sorted.join();
    factors.set(key, { factor: factor + (factors.get(key)?.factor ?? 0), variables: sorted });
  }
  const constant = offset + (factors.get('')?.factor ?? 0);
  const left = [...factors].filter(([key, { factor }]) => key !== '' && factor !== 0);
  const sorted = left.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, monomial]) => monomial);
  return sorted.length === 0 ? constant : { monomials: sorted, offset: constant };
}

/** The open length of this name itself. */
export function openLength(variable: string): OpenLength {
  return { monomials: [{ factor: 1, variables: [variable] }], offset: 0 };
}

/** Whether two lengths are the same, whatever the open ones are. */
export function equalLengths(a: Length, b: Length): boolean {
  return isFixed(a) || isFixed(b) ? a === b : formatLength(a) === formatLength(b);
}

export function equalOpenShapes(a: readonly Length[], b: readonly Length[]): boolean {
  return a.length === b.length && a.every((length, axis) => equalLengths(length, b[axis]));
}

/** factor · length + more. */
export function linear(length: Length, factor: number, more = 0): Length {
  const { monomials, offset } = polynomial(length);
  const scaled = monomials.map((monomial) => ({ ...monomial, factor: monomial.factor * factor }));
  return lengthOf(scaled, offset * factor + more);
}

/** A length that is a multiple of a number, over that number. */
export function divided(length: Length, by: number): Length {
  const { monomials, offset } = polynomial(length);
  const parts = monomials.map((monomial) => ({ ...monomial, factor: monomial.factor / by }));
  return lengthOf(parts, offset / by);
}

export function sumOf(lengths: readonly Length[]): Length {
  const parts = lengths.map(polynomial);
  return lengthOf(
    parts.flatMap(({ monomials }) => monomials),
    parts.reduce((sum, { offset }) => sum + offset, 0),
  );
}

export function productOf(lengths: readonly Length[]): Length {
  return lengths.reduce<Length>((product, length) => {
    const [left, right] = [termsOf(product), termsOf(length)];
    const products = left.flatMap((a) =>
      right.map((b) => ({ factor: a.factor * b.factor, variables: [...a.variables, ...b.variables] })),
    );
    return lengthOf(products, 0);
  }, 1);
}

function polynomial(length: Length): OpenLength {
  return isFixed(length) ? { monomials: [], offset: length } : length;
}

/** All terms, the number too. */
function termsOf(length: Length): readonly Monomial[] {
  const { monomials, offset } = polynomial(length);
  return [...monomials, { factor: offset, variables: [] }];
}

/** A length where the open ones are known. */
export function lengthAt(length: Length, point: ReadonlyMap<string, number>): number {
  return termsOf(length).reduce(
    (sum, { factor, variables }) =>
      sum + variables.reduce((product, variable) => product * (point.get(variable) ?? Number.NaN), factor),
    0,
  );
}

/** The lengths, if all are known; else null. */
export function fixedShape(shape: readonly Length[]): readonly number[] | null {
  return shape.every(isFixed) ? shape : null;
}

/** The length as files and people write it: `3`, `batch`, `2*batch+1`. */
export function formatLength(length: Length): string {
  if (isFixed(length)) return String(length);
  const { monomials, offset } = length;
  const terms = monomials.map(({ factor, variables }) => [...(factor === 1 ? [] : [factor]), ...variables].join('*'));
  return [...terms, ...(offset === 0 ? [] : [String(offset)])].join('+').replaceAll('+-', '-');
}
