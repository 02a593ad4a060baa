/** Name of the batch size in formulas of lengths. */
export const BATCH = 'batch';

/** One term of the formula of a length: a factor times a product of variable lengths, whose names are sorted. */
export interface Monomial {
  readonly factor: number;
  readonly variables: readonly string[];
}

/**
 * Formula of a length that is not known when the file is written, because it depends on the batch size or another
 * variable length: a nonempty sum of monomials plus an offset.
 */
export interface OpenLength {
  readonly monomials: readonly Monomial[];
  readonly offset: number;
}

/** Length of an axis: a fixed number, or a formula of variable lengths, such as the batch size. */
export type Length = number | OpenLength;

/** Returns whether a length is a fixed number, not a formula. */
export function isFixed(length: Length): length is number {
  return typeof length === 'number';
}

/**
 * Returns the length that is the sum of the given monomials and an offset. Combines monomials with the same variables.
 */
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

/** Returns the formula that consists of only the variable length with the given name. */
export function openLength(variable: string): OpenLength {
  return { monomials: [{ factor: 1, variables: [variable] }], offset: 0 };
}

/** Returns whether two lengths are equal for all values of the variable lengths. */
export function equalLengths(a: Length, b: Length): boolean {
  return isFixed(a) || isFixed(b) ? a === b : formatLength(a) === formatLength(b);
}

export function equalOpenShapes(a: readonly Length[], b: readonly Length[]): boolean {
  return a.length === b.length && a.every((length, axis) => equalLengths(length, b[axis]));
}

/** Returns the length factor · length + more. */
export function linear(length: Length, factor: number, more = 0): Length {
  const { monomials, offset } = polynomial(length);
  const scaled = monomials.map((monomial) => ({ ...monomial, factor: monomial.factor * factor }));
  return lengthOf(scaled, offset * factor + more);
}

/** Divides a length by a number. All coefficients of the length must be divisible by this number. */
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

/** Returns all terms of a length; the offset becomes a term without variables. */
function termsOf(length: Length): readonly Monomial[] {
  const { monomials, offset } = polynomial(length);
  return [...monomials, { factor: offset, variables: [] }];
}

/** Evaluates the formula of a length for given values of the variable lengths. */
export function lengthAt(length: Length, point: ReadonlyMap<string, number>): number {
  return termsOf(length).reduce(
    (sum, { factor, variables }) =>
      sum + variables.reduce((product, variable) => product * (point.get(variable) ?? Number.NaN), factor),
    0,
  );
}

/** Returns the shape if all its lengths are fixed; null otherwise. */
export function fixedShape(shape: readonly Length[]): readonly number[] | null {
  return shape.every(isFixed) ? shape : null;
}

/** Formats a length for files and messages: `3`, `batch`, `2*batch+1`. */
export function formatLength(length: Length): string {
  if (isFixed(length)) return String(length);
  const { monomials, offset } = length;
  const terms = monomials.map(({ factor, variables }) => [...(factor === 1 ? [] : [factor]), ...variables].join('*'));
  return [...terms, ...(offset === 0 ? [] : [String(offset)])].join('+').replaceAll('+-', '-');
}
