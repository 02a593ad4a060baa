/**
 * Arithmetic in which formulas of transcendental functions are written, so that every renderer computes the same
 * results. `X` is how a renderer represents one 32-bit value, or several side by side. Each operation defines whether
 * it reads the bits as float32 or as integers.
 *
 * Shader compilers reorder sums, so formulas follow two rules: they contain no difference that algebra can cancel, such
 * as `(1 + x) - 1`, and they split numbers by bit masks.
 */
export interface Algebra<X> {
  /** Arithmetic of float32. */
  readonly float: FloatAlgebra<X>;
  /** Arithmetic of 32-bit integers. */
  readonly int: IntAlgebra<X>;
  /** Bitwise operations. */
  readonly bits: BitAlgebra<X>;
  /** Arithmetic of float64; null where the machine has no float64. Formulas then use float32 only. */
  readonly double: DoubleAlgebra<X> | null;
  /**
   * Rounds to the nearest integer n, halves to even, for magnitudes below 2^21. Returns n as a float (`rounded`), and
   * `shifted`, whose low bits are n + offset, from which formulas build 2^n.
   */
  readonly round: (x: X, offset: number) => { readonly rounded: X; readonly shifted: X };
  /** Reads a table of at most 16 32-bit integers. Indices outside the table return undefined values. */
  readonly lookUp: (table: readonly number[], index: X) => X;
  /**
   * Returns `usual` where the mask is not set, and `repair(...operands, usual)` where it is set, which should be rare.
   * `repair` may run for all values, so it must return `usual` where the mask is not set. `name` identifies the formula
   * of `repair`.
   */
  readonly rarely: (
    name: string,
    mask: X,
    operands: readonly X[],
    usual: X,
    repair: (...operands: readonly X[]) => X,
  ) => X;
  /** Returns `body(...operands)`. A renderer may move a long body into a function of its own. */
  readonly outOfLine: (name: string, operands: readonly X[], body: (...operands: readonly X[]) => X) => X;
  /** Applies `step` repeatedly, beginning with `start`, while the mask that `isLeft` returns is set for any value. */
  readonly repeat: (
    name: string,
    start: X,
    constants: readonly X[],
    isLeft: (state: X, ...constants: readonly X[]) => X,
    step: (state: X, ...constants: readonly X[]) => X,
  ) => X;
}

/** Arithmetic of float32. Comparisons return masks: all bits are 1 where the comparison holds, otherwise 0. */
export interface FloatAlgebra<X> {
  /** Returns a constant. */
  readonly of: (value: number) => X;
  readonly add: Binary<X>;
  readonly sub: Binary<X>;
  readonly mul: Binary<X>;
  readonly div: Binary<X>;
  readonly sqrt: Unary<X>;
  readonly trunc: Unary<X>;
  /** Returns the smaller value; x if either is NaN. */
  readonly min: Binary<X>;
  /** Returns the larger value; x if either is NaN. */
  readonly max: Binary<X>;
  readonly equal: Binary<X>;
  readonly notEqual: Binary<X>;
  readonly less: Binary<X>;
  readonly greater: Binary<X>;
  readonly fromInt: Unary<X>;
}

/** Arithmetic of 32-bit integers modulo 2^32. */
export interface IntAlgebra<X> {
  /** Returns a constant. */
  readonly of: (value: number) => X;
  readonly add: Binary<X>;
  readonly sub: Binary<X>;
  readonly mul: Binary<X>;
  /** Returns a mask of ones where x >= y as unsigned integers. */
  readonly atLeastUnsigned: Binary<X>;
  readonly shiftLeft: (x: X, bits: number) => X;
  /** Shifts right, filling with copies of the sign. */
  readonly shiftRight: (x: X, bits: number) => X;
  /** Shifts right, filling with zeros. */
  readonly shiftRightUnsigned: (x: X, bits: number) => X;
}

/** Operations on all 32 bits. */
export interface BitAlgebra<X> {
  readonly and: Binary<X>;
  /** Returns x and not y. */
  readonly andNot: Binary<X>;
  readonly or: Binary<X>;
  readonly xor: Binary<X>;
  /** Returns x where the mask has ones, otherwise y. */
  readonly select: (mask: X, x: X, y: X) => X;
}

/** Float64 values, as many as an `X` has 32-bit values, in two halves. */
export type Double<X> = readonly [X, X];

/** Arithmetic of float64. */
export interface DoubleAlgebra<X> {
  /** Returns a constant. */
  readonly of: (value: number) => Double<X>;
  readonly add: (x: Double<X>, y: Double<X>) => Double<X>;
  readonly sub: (x: Double<X>, y: Double<X>) => Double<X>;
  readonly mul: (x: Double<X>, y: Double<X>) => Double<X>;
  readonly div: (x: Double<X>, y: Double<X>) => Double<X>;
  readonly trunc: (x: Double<X>) => Double<X>;
  readonly min: (x: Double<X>, y: Double<X>) => Double<X>;
  readonly max: (x: Double<X>, y: Double<X>) => Double<X>;
  /** Returns x where a mask of 32-bit values has ones, otherwise y. */
  readonly select: (mask: X, x: Double<X>, y: Double<X>) => Double<X>;
  readonly fromFloat: (x: X) => Double<X>;
  readonly fromInt: (x: X) => Double<X>;
  readonly fromUnsigned: (x: X) => Double<X>;
  /** Rounds to float32. */
  readonly toFloat: (x: Double<X>) => X;
  /** Returns the upper 32 bits of each value. */
  readonly highWords: (x: Double<X>) => X;
  /** Subtracts an integer from the upper 32 bits of each value. */
  readonly subHighWords: (x: Double<X>, words: X) => Double<X>;
  /**
   * Rounds to the nearest integer, for magnitudes below 2^31. Returns it as float64 (`rounded`) and as int32 (`words`).
   */
  readonly round: (x: Double<X>) => { readonly rounded: Double<X>; readonly words: X };
  /** Returns 2^n for integers above -1023 and below 1024. */
  readonly powerOfTwo: (n: X) => Double<X>;
}

type Unary<X> = (x: X) => X;
type Binary<X> = (x: X, y: X) => X;

const SIGN = -0x80000000;

/** Returns the sign bits of floats, all other bits zero. */
export function signOf<X>({ bits, int }: Algebra<X>, x: X): X {
  return bits.and(x, int.of(SIGN));
}

/** Returns floats without their sign. */
export function magnitude<X>({ bits, int }: Algebra<X>, x: X): X {
  return bits.and(x, int.of(0x7fffffff));
}

/** Returns minus the magnitude of floats. */
export function negativeMagnitude<X>({ bits, int }: Algebra<X>, x: X): X {
  return bits.or(x, int.of(SIGN));
}

/** Returns floats reduced to the upper 12 bits of their significands: the product of two such numbers is exact. */
export function upperHalf<X>({ bits, int }: Algebra<X>, x: X): X {
  return bits.and(x, int.of(-0x1000));
}
