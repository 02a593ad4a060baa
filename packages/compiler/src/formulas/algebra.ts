/**
 * Arithmetic in which formulas of transcendental functions are written, so that every renderer computes them alike. `X`
 * stands for one 32-bit value, or several side by side, in the form of the renderer. Operations define whether the bits
 * are a float32 or an integer.
 *
 * Shader compilers reorder sums, so formulas follow two rules: no difference that algebra can cancel, such as `(1 + x)
 * - 1`, and numbers are split by masks.
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
   * Rounds to the nearest integer, halves to even, as a float, and as the low bits of an integer with `offset` added,
   * from which 2^n is built. For magnitudes below 2^21, including the offset.
   */
  readonly round: (x: X, offset: number) => { readonly rounded: X; readonly shifted: X };
  /** Reads a table of at most 16 32-bit integers. Indices outside the table return undefined values. */
  readonly lookUp: (table: readonly number[], index: X) => X;
  /**
   * Returns `usual`, or `repair` of the operands and `usual` where the mask is set, which should be rare. `repair` must
   * return `usual` where the mask is not set. `name` identifies the repair: one name, one formula.
   */
  readonly rarely: (
    name: string,
    mask: X,
    operands: readonly X[],
    usual: X,
    repair: (...operands: readonly X[]) => X,
  ) => X;
  /** Returns `body` of the operands, out of line if that helps, for long formulas. */
  readonly outOfLine: (name: string, operands: readonly X[], body: (...operands: readonly X[]) => X) => X;
  /** Starts with `start` and applies `step` as long as the mask of `isLeft` is set anywhere. */
  readonly repeat: (
    name: string,
    start: X,
    constants: readonly X[],
    isLeft: (state: X, ...constants: readonly X[]) => X,
    step: (state: X, ...constants: readonly X[]) => X,
  ) => X;
}

/** Arithmetic of float32. Comparisons return masks of ones. */
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

/** As many float64 values as an `X` has 32-bit values, in two halves. */
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
  /** Returns the upper words. */
  readonly highWords: (x: Double<X>) => X;
  /** Subtracts an integer from the upper words. */
  readonly subHighWords: (x: Double<X>, words: X) => Double<X>;
  /** Rounds to the nearest integer, as a number, and as the low bits of a word. For magnitudes below 2^31. */
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

/** Returns the upper 12 bits of the significands of floats: products of two such numbers are exact. */
export function upperHalf<X>({ bits, int }: Algebra<X>, x: X): X {
  return bits.and(x, int.of(-0x1000));
}
