/**
 * Integer expression of loop axes that computes the index or position of an element, for example in an operand from the
 * index in the result.
 *
 * An expression is a sum of variables (atoms) times integer factors, plus a constant. All functions return simplified
 * expressions, so that most reshapes, transposes, slices and broadcasts need no divisions. Only a reshape that splits
 * an axis unevenly needs a division by a constant.
 */
export interface IndexExpr {
  readonly constant: number;
  readonly terms: readonly IndexTerm[];
}

/** One summand of an index expression: a variable times an integer factor. */
export interface IndexTerm {
  readonly atom: IndexAtom;
  readonly factor: number;
}

/** Variable in an index expression. Its value is a non-negative integer below a known bound. */
export type IndexAtom =
  /** The current value of a loop axis: 0 … extent - 1. */
  | { readonly kind: 'axis'; readonly axis: number; readonly extent: number }
  /** The quotient, rounded down, of a non-negative expression divided by a positive constant. */
  | { readonly kind: 'quotient'; readonly of: IndexExpr; readonly by: number }
  /** The remainder of a non-negative expression divided by a positive constant. */
  | { readonly kind: 'remainder'; readonly of: IndexExpr; readonly by: number }
  /** An integer that the kernel reads from an array at run time and checks to be in 0 … extent - 1. */
  | { readonly kind: 'data'; readonly scalar: number; readonly extent: number };

/**
 * Returns the constant expression `value`.
 *
 * @example
 * ```ts
 * import { constantIndex } from '@manabi/ir';
 *
 * console.log(constantIndex(3)); // { constant: 3, terms: [] }
 * ```
 */
export function constantIndex(value: number): IndexExpr {
  return { constant: value, terms: [] };
}

/**
 * Returns the expression for the value of a loop axis. For an axis of length 1, this is the constant 0.
 *
 * @example
 * ```ts
 * import { axisIndex } from '@manabi/ir';
 *
 * console.log(axisIndex(0, 4).terms); // [{ atom: { kind: 'axis', axis: 0, extent: 4 }, factor: 1 }]
 * console.log(axisIndex(0, 1)); // { constant: 0, terms: [] }
 * ```
 */
export function axisIndex(axis: number, extent: number): IndexExpr {
  return extent === 1 ? constantIndex(0) : atomIndex({ kind: 'axis', axis, extent });
}

/**
 * Returns the expression for an integer from 0 to `extent` - 1 that is read at run time.
 *
 * @param scalar number of the kernel's scalar with this value
 * @example
 * ```ts
 * import { dataIndex } from '@manabi/ir';
 *
 * console.log(dataIndex(2, 10).terms); // [{ atom: { kind: 'data', scalar: 2, extent: 10 }, factor: 1 }]
 * ```
 */
export function dataIndex(scalar: number, extent: number): IndexExpr {
  return atomIndex({ kind: 'data', scalar, extent });
}

function atomIndex(atom: IndexAtom): IndexExpr {
  return { constant: 0, terms: [{ atom, factor: 1 }] };
}

/**
 * Adds two expressions.
 *
 * @example
 * ```ts
 * import { addIndex, axisIndex, equalIndexes, scaleIndex } from '@manabi/ir';
 *
 * const i = axisIndex(0, 4);
 * console.log(equalIndexes(addIndex(i, i), scaleIndex(i, 2))); // true
 * ```
 */
export function addIndex(a: IndexExpr, b: IndexExpr): IndexExpr {
  const terms = [...a.terms];
  for (const term of b.terms) {
    const at = terms.findIndex((known) => equalAtoms(known.atom, term.atom));
    if (at < 0) terms.push(term);
    else terms[at] = { atom: term.atom, factor: terms[at].factor + term.factor };
  }
  return mergeDivisions({ constant: a.constant + b.constant, terms: terms.filter((term) => term.factor !== 0) });
}

/**
 * Multiplies an expression by a constant.
 *
 * @example
 * ```ts
 * import { axisIndex, indexRange, scaleIndex } from '@manabi/ir';
 *
 * console.log(indexRange(scaleIndex(axisIndex(0, 4), -2))); // [-6, 0]
 * ```
 */
export function scaleIndex(a: IndexExpr, factor: number): IndexExpr {
  if (factor === 0) return constantIndex(0);
  return {
    // Adding 0 converts -0 to 0.
    constant: a.constant * factor + 0,
    terms: a.terms.map((term) => ({ atom: term.atom, factor: term.factor * factor })),
  };
}

/**
 * Returns a lower and an upper bound of the values of an expression, both inclusive.
 *
 * @example
 * ```ts
 * import { addIndex, axisIndex, constantIndex, indexRange } from '@manabi/ir';
 *
 * console.log(indexRange(addIndex(constantIndex(1), axisIndex(0, 4)))); // [1, 4]
 * ```
 */
export function indexRange(a: IndexExpr): readonly [low: number, high: number] {
  let low = a.constant;
  let high = a.constant;
  for (const { atom, factor } of a.terms) {
    const [atomLow, atomHigh] = atomRange(atom);
    low += factor > 0 ? factor * atomLow : factor * atomHigh;
    high += factor > 0 ? factor * atomHigh : factor * atomLow;
  }
  return [low, high];
}

function atomRange(atom: IndexAtom): readonly [number, number] {
  switch (atom.kind) {
    case 'axis':
    case 'data':
      return [0, Math.max(0, atom.extent - 1)];
    case 'quotient': {
      const [low, high] = indexRange(atom.of);
      return [Math.floor(low / atom.by), Math.floor(high / atom.by)];
    }
    case 'remainder':
      return [0, Math.max(0, Math.min(atom.by - 1, indexRange(atom.of)[1]))];
  }
}

/**
 * Divides an expression by a positive constant. The quotient is rounded down and the remainder is never negative.
 *
 * Divisions that remain in the results have non-negative dividends only, so backends may use any integer division.
 *
 * @example
 * ```ts
 * import { addIndex, axisIndex, divideIndex, equalIndexes, scaleIndex } from '@manabi/ir';
 *
 * const index = addIndex(scaleIndex(axisIndex(0, 9), 8), axisIndex(1, 8));
 * const { quotient, remainder } = divideIndex(index, 8);
 * console.log(equalIndexes(quotient, axisIndex(0, 9)) && equalIndexes(remainder, axisIndex(1, 8))); // true
 * ```
 */
export function divideIndex(a: IndexExpr, by: number): { quotient: IndexExpr; remainder: IndexExpr } {
  if (by === 1) return { quotient: a, remainder: constantIndex(0) };
  // Terms whose factor is a multiple of the divisor belong to the quotient.
  const whole: IndexTerm[] = [];
  const rest: IndexTerm[] = [];
  for (const term of a.terms) (term.factor % by === 0 ? whole : rest).push(term);
  // The constant is split too: the largest multiple of the divisor that leaves a non-negative remainder belongs to the
  // quotient. A reversed axis, for example, counts down from a constant.
  const [lowest] = indexRange({ constant: a.constant, terms: rest });
  const wholeConstant = Math.floor(lowest / by);
  const remainder: IndexExpr = { constant: a.constant - wholeConstant * by, terms: rest };
  const quotient: IndexExpr = {
    constant: wholeConstant,
    terms: whole.map((term) => ({ atom: term.atom, factor: term.factor / by })),
  };
  if (indexRange(remainder)[1] < by) return { quotient, remainder };
  const common = commonFactor(remainder, by);
  if (common > 1) {
    // For 0 <= r < c, the quotient of (c*x + r) / (c*d) is x / d, and the remainder is c*(x mod d) + r.
    const { multiple, left } = splitBy(remainder, common);
    const divided = divideIndex(multiple, by / common);
    return {
      quotient: addIndex(quotient, divided.quotient),
      remainder: addIndex(scaleIndex(divided.remainder, common), left),
    };
  }
  return {
    quotient: addIndex(quotient, atomIndex({ kind: 'quotient', of: remainder, by })),
    remainder: atomIndex({ kind: 'remainder', of: remainder, by }),
  };
}

/**
 * Splits an expression into common * multiple + left, where `left` contains the terms whose factors are not divisible
 * by `common`.
 */
function splitBy(a: IndexExpr, common: number): { multiple: IndexExpr; left: IndexExpr } {
  const left = a.terms.filter((term) => term.factor % common !== 0);
  // The constant is split such that the smallest value of `left` is at least 0 and below `common`.
  const [lowest] = indexRange({ constant: a.constant, terms: left });
  const constant = Math.floor(lowest / common);
  return {
    multiple: {
      constant,
      terms: a.terms
        .filter((term) => term.factor % common === 0)
        .map((term) => ({ atom: term.atom, factor: term.factor / common })),
    },
    left: { constant: a.constant - constant * common, terms: left },
  };
}

/**
 * Returns the largest divisor c > 1 of `by` for which the sum of all terms not divisible by c is in 0 … c - 1. Returns
 * 1 if there is none.
 */
function commonFactor(a: IndexExpr, by: number): number {
  // Of several divisors that divide the same factors, only the greatest needs to be tried.
  const candidates = new Set<number>();
  for (const { factor } of a.terms) {
    for (const known of [by, ...candidates]) candidates.add(greatestCommonDivisor(known, Math.abs(factor)));
  }
  for (const common of [...candidates].sort((x, y) => y - x)) {
    if (common > 1 && common < by && indexRange(splitBy(a, common).left)[1] < common) return common;
  }
  return 1;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Simplifies by * (x / by) + (x mod by) to x. A reshape followed by its inverse produces such expressions. */
function mergeDivisions(a: IndexExpr): IndexExpr {
  for (const term of a.terms) {
    const { atom } = term;
    if (atom.kind !== 'remainder') continue;
    const partner = a.terms.find(
      (other) =>
        other.atom.kind === 'quotient' &&
        other.atom.by === atom.by &&
        other.factor === term.factor * atom.by &&
        equalIndexes(other.atom.of, atom.of),
    );
    if (partner === undefined) continue;
    const rest = { constant: a.constant, terms: a.terms.filter((other) => other !== term && other !== partner) };
    return addIndex(rest, scaleIndex(atom.of, term.factor));
  }
  return a;
}

/**
 * Returns the row-major position of an element from its index on every axis.
 *
 * @example
 * ```ts
 * import { axisIndex, evaluateIndex, linearIndex } from '@manabi/ir';
 *
 * const index = [axisIndex(0, 2), axisIndex(1, 3)];
 * console.log(evaluateIndex(linearIndex(index, [2, 3]), (axis) => [1, 2][axis], () => 0)); // 5
 * ```
 */
export function linearIndex(index: readonly IndexExpr[], shape: readonly number[]): IndexExpr {
  let linear = constantIndex(0);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    linear = addIndex(linear, scaleIndex(index[axis], stride));
    stride *= shape[axis];
  }
  return linear;
}

/**
 * Returns the index on every axis of `shape` of the element at a row-major position. Inverse of `linearIndex`.
 *
 * @example
 * ```ts
 * import { axisIndex, equalIndexes, linearIndex, unravelIndex } from '@manabi/ir';
 *
 * const index = [axisIndex(0, 2), axisIndex(1, 3)];
 * const [row, column] = unravelIndex(linearIndex(index, [2, 3]), [2, 3]);
 * console.log(equalIndexes(row, index[0]) && equalIndexes(column, index[1])); // true
 * ```
 */
export function unravelIndex(linear: IndexExpr, shape: readonly number[]): IndexExpr[] {
  const index = new Array<IndexExpr>(shape.length);
  let rest = linear;
  for (let axis = shape.length - 1; axis > 0; axis--) {
    const { quotient, remainder } = divideIndex(rest, Math.max(1, shape[axis]));
    index[axis] = shape[axis] === 1 ? constantIndex(0) : remainder;
    rest = quotient;
  }
  if (shape.length > 0) index[0] = shape[0] === 1 ? constantIndex(0) : rest;
  return index;
}

/**
 * Replaces every axis in an expression by another expression, for example if loops are split, merged or renumbered.
 *
 * @example
 * ```ts
 * import { addIndex, axisIndex, indexRange, scaleIndex, substituteAxes } from '@manabi/ir';
 *
 * const split = substituteAxes(axisIndex(0, 6), () => addIndex(scaleIndex(axisIndex(0, 3), 2), axisIndex(1, 2)));
 * console.log(indexRange(split)); // [0, 5]
 * ```
 */
export function substituteAxes(a: IndexExpr, replace: (axis: number, extent: number) => IndexExpr): IndexExpr {
  let result = constantIndex(a.constant);
  for (const { atom, factor } of a.terms) {
    result = addIndex(result, scaleIndex(substituteAtom(atom, replace), factor));
  }
  return result;
}

function substituteAtom(atom: IndexAtom, replace: (axis: number, extent: number) => IndexExpr): IndexExpr {
  switch (atom.kind) {
    case 'axis':
      return replace(atom.axis, atom.extent);
    case 'data':
      return atomIndex(atom);
    case 'quotient':
      return divideIndex(substituteAxes(atom.of, replace), atom.by).quotient;
    case 'remainder':
      return divideIndex(substituteAxes(atom.of, replace), atom.by).remainder;
  }
}

/**
 * Evaluates an expression for given values of axes and data.
 *
 * @param axis returns the value of an axis
 * @param data returns the value of a scalar
 * @example
 * ```ts
 * import { addIndex, axisIndex, constantIndex, evaluateIndex, scaleIndex } from '@manabi/ir';
 *
 * const index = addIndex(constantIndex(1), scaleIndex(axisIndex(0, 4), 2));
 * console.log(evaluateIndex(index, () => 3, () => 0)); // 7
 * ```
 */
export function evaluateIndex(a: IndexExpr, axis: (axis: number) => number, data: (scalar: number) => number): number {
  let value = a.constant;
  for (const { atom, factor } of a.terms) {
    switch (atom.kind) {
      case 'axis':
        value += factor * axis(atom.axis);
        break;
      case 'data':
        value += factor * data(atom.scalar);
        break;
      case 'quotient':
        value += factor * Math.floor(evaluateIndex(atom.of, axis, data) / atom.by);
        break;
      case 'remainder':
        value += factor * (evaluateIndex(atom.of, axis, data) % atom.by);
        break;
    }
  }
  return value;
}

/**
 * Returns true if an expression contains no quotients and remainders, so that it is a sum of axes and data times
 * constants.
 *
 * @example
 * ```ts
 * import { axisIndex, divideIndex, isAffine } from '@manabi/ir';
 *
 * console.log(isAffine(axisIndex(0, 9))); // true
 * console.log(isAffine(divideIndex(axisIndex(0, 9), 2).quotient)); // false
 * ```
 */
export function isAffine(a: IndexExpr): boolean {
  return a.terms.every(({ atom }) => atom.kind === 'axis' || atom.kind === 'data');
}

/**
 * Returns true if two expressions have the same constant and the same terms, in any order.
 *
 * @example
 * ```ts
 * import { addIndex, axisIndex, equalIndexes } from '@manabi/ir';
 *
 * const [i, j] = [axisIndex(0, 2), axisIndex(1, 3)];
 * console.log(equalIndexes(addIndex(i, j), addIndex(j, i))); // true
 * ```
 */
export function equalIndexes(a: IndexExpr, b: IndexExpr): boolean {
  return (
    a.constant === b.constant &&
    a.terms.length === b.terms.length &&
    a.terms.every((term) => b.terms.some((other) => other.factor === term.factor && equalAtoms(other.atom, term.atom)))
  );
}

function equalAtoms(a: IndexAtom, b: IndexAtom): boolean {
  if (a.kind === 'axis') return b.kind === 'axis' && a.axis === b.axis;
  if (a.kind === 'data') return b.kind === 'data' && a.scalar === b.scalar;
  return b.kind === a.kind && a.by === b.by && equalIndexes(a.of, b.of);
}
