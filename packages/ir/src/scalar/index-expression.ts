/**
 * Integer expressions over loop axes: how an element of one array is found from the place of an element of another.
 *
 * An expression is a sum of integer factors times atoms plus a constant, kept in normal form, so that most reshapes,
 * transposes, slices and broadcasts stay affine. Divisions by constants appear only where a reshape cuts across axes.
 */
export interface IndexExpr {
  readonly constant: number;
  readonly terms: readonly IndexTerm[];
}

/** One summand of an index expression. */
export interface IndexTerm {
  readonly atom: IndexAtom;
  readonly factor: number;
}

/** What an index expression can depend on; every atom is a non-negative integer below a known bound. */
export type IndexAtom =
  /** The running value of a loop axis: 0 … extent - 1. */
  | { readonly kind: 'axis'; readonly axis: number; readonly extent: number }
  /** The whole part of a division of an expression that is never negative by a positive constant. */
  | { readonly kind: 'quotient'; readonly of: IndexExpr; readonly by: number }
  /** The remainder of that division. */
  | { readonly kind: 'remainder'; readonly of: IndexExpr; readonly by: number }
  /** An integer read from an array when the kernel runs, already brought into 0 … extent - 1. */
  | { readonly kind: 'data'; readonly scalar: number; readonly extent: number };

/** The expression that is always `value`. */
export function constantIndex(value: number): IndexExpr {
  return { constant: value, terms: [] };
}

/** The expression that is the running value of an axis; an axis of one element is the constant 0. */
export function axisIndex(axis: number, extent: number): IndexExpr {
  return extent === 1 ? constantIndex(0) : atomIndex({ kind: 'axis', axis, extent });
}

/** The expression that is an integer found at run time, below `extent`. */
export function dataIndex(scalar: number, extent: number): IndexExpr {
  return atomIndex({ kind: 'data', scalar, extent });
}

function atomIndex(atom: IndexAtom): IndexExpr {
  return { constant: 0, terms: [{ atom, factor: 1 }] };
}

/** Sum of two expressions. */
export function addIndex(a: IndexExpr, b: IndexExpr): IndexExpr {
  const terms = [...a.terms];
  for (const term of b.terms) {
    const at = terms.findIndex((known) => equalAtoms(known.atom, term.atom));
    if (at < 0) terms.push(term);
    else terms[at] = { atom: term.atom, factor: terms[at].factor + term.factor };
  }
  return mergeDivisions({ constant: a.constant + b.constant, terms: terms.filter((term) => term.factor !== 0) });
}

/** An expression times a constant. */
export function scaleIndex(a: IndexExpr, factor: number): IndexExpr {
  if (factor === 0) return constantIndex(0);
  return {
    // Adding 0 turns -0 into 0.
    constant: a.constant * factor + 0,
    terms: a.terms.map((term) => ({ atom: term.atom, factor: term.factor * factor })),
  };
}

/** Smallest and largest value that an expression can take. */
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
 * Quotient, rounded down, and remainder, never negative, of an expression divided by a positive constant.
 * Divisions that are left inside are of expressions that are never negative, so that a backend may use any division.
 */
export function divideIndex(a: IndexExpr, by: number): { quotient: IndexExpr; remainder: IndexExpr } {
  if (by === 1) return { quotient: a, remainder: constantIndex(0) };
  // Terms whose factor is a multiple of the divisor leave the division whole.
  const whole: IndexTerm[] = [];
  const rest: IndexTerm[] = [];
  for (const term of a.terms) (term.factor % by === 0 ? whole : rest).push(term);
  // So does as much of the constant as keeps what stays from being negative: a reversed axis counts down from it.
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
    // (c*x + r) / (c*d) with 0 <= r < c is x / d, and its remainder c*(x mod d) + r.
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

/** a = common * multiple + left, where only terms that `common` does not divide are left. */
function splitBy(a: IndexExpr, common: number): { multiple: IndexExpr; left: IndexExpr } {
  const left = a.terms.filter((term) => term.factor % common !== 0);
  // The constant goes with what is left as far as that must not be negative.
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

/** The largest divisor c > 1 of `by` such that what is left of the expression beside multiples of c is 0 … c - 1, or 1. */
function commonFactor(a: IndexExpr, by: number): number {
  // A divisor that divides some of the factors serves no better than the greatest that divides the same ones.
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

/** by * (x / by) + (x mod by) is x again: what a reshape and its inverse leave behind. */
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

/** Place of an element in row-major order, from its place on every axis. */
export function linearIndex(index: readonly IndexExpr[], shape: readonly number[]): IndexExpr {
  let linear = constantIndex(0);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    linear = addIndex(linear, scaleIndex(index[axis], stride));
    stride *= shape[axis];
  }
  return linear;
}

/** Place on every axis of `shape`, from the place in row-major order: the inverse of `linearIndex`. */
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

/** The expression with every axis atom replaced; used to split, merge and rename loops. */
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

/** The value of an expression for given values of axes and data. */
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

/** True if the expression is a sum of axes and data times constants: no division is left. */
export function isAffine(a: IndexExpr): boolean {
  return a.terms.every(({ atom }) => atom.kind === 'axis' || atom.kind === 'data');
}

/** True if both expressions are written alike, term for term in any order. */
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
