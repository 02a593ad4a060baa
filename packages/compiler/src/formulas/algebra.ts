/**
 * Arithmetic in which formulas for transcendental functions are written, so that every renderer computes them alike. `X`
 * stands for a value of 32 bits, or for several side by side, in whatever form a renderer has; the operation says whether
 * the bits are a float32 or an integer.
 *
 * Compilers of shaders rearrange sums. So formulas keep to two rules: no difference that algebra can undo, such as
 * `(1 + x) - 1`, and where a number is cut in two, it is cut with a mask.
 */
export interface Algebra<X> {
  readonly float: FloatAlgebra<X>;
  readonly int: IntAlgebra<X>;
  readonly bits: BitAlgebra<X>;
  /** Arithmetic in float64; null where the machine has none. Formulas then make do with float32. */
  readonly double: DoubleAlgebra<X> | null;
  /**
   * The nearest integer, halves to even, as a float, and as the low bits of an integer with `offset` added to it: all that
   * 2^n is made of. For magnitudes below 2^21, offset included.
   */
  readonly round: (x: X, offset: number) => { readonly rounded: X; readonly shifted: X };
  /** An entry of a table of at most 16 integers of 32 bits. Indices outside of it give what they please. */
  readonly lookUp: (table: readonly number[], index: X) => X;
  /**
   * `usual`, or, where the mask is set, which should be rare, what `repair` makes of the operands and of `usual`. It must
   * give `usual` back where the mask is not set. The name stands for the repair: one name, one formula.
   */
  readonly rarely: (
    name: string,
    mask: X,
    operands: readonly X[],
    usual: X,
    repair: (...operands: readonly X[]) => X,
  ) => X;
  /** What `body` makes of the operands, out of line if that helps: for long formulas. */
  readonly outOfLine: (name: string, operands: readonly X[], body: (...operands: readonly X[]) => X) => X;
  /** `start`, and `step` of it again and again, for as long as the mask of `isLeft` is set anywhere. */
  readonly repeat: (
    name: string,
    start: X,
    constants: readonly X[],
    isLeft: (state: X, ...constants: readonly X[]) => X,
    step: (state: X, ...constants: readonly X[]) => X,
  ) => X;
}

/** Arithmetic of float32. Comparisons give masks of ones. */
export interface FloatAlgebra<X> {
  readonly of: (value: number) => X;
  readonly add: Binary<X>;
  readonly sub: Binary<X>;
  readonly mul: Binary<X>;
  readonly div: Binary<X>;
  readonly sqrt: Unary<X>;
  readonly trunc: Unary<X>;
  /** The smaller; x where one is NaN. */
  readonly min: Binary<X>;
  /** The larger; x where one is NaN. */
  readonly max: Binary<X>;
  readonly equal: Binary<X>;
  readonly notEqual: Binary<X>;
  readonly less: Binary<X>;
  readonly greater: Binary<X>;
  readonly fromInt: Unary<X>;
}

/** Arithmetic of 32-bit integers, modulo 2^32. */
export interface IntAlgebra<X> {
  readonly of: (value: number) => X;
  readonly add: Binary<X>;
  readonly sub: Binary<X>;
  readonly mul: Binary<X>;
  /** Whether x is at least y, both without a sign. */
  readonly atLeastUnsigned: Binary<X>;
  readonly shiftLeft: (x: X, bits: number) => X;
  /** Copies of the sign come in from the left. */
  readonly shiftRight: (x: X, bits: number) => X;
  /** Zeros come in from the left. */
  readonly shiftRightUnsigned: (x: X, bits: number) => X;
}

/** Operations on all 32 bits. */
export interface BitAlgebra<X> {
  readonly and: Binary<X>;
  /** x and not y. */
  readonly andNot: Binary<X>;
  readonly or: Binary<X>;
  readonly xor: Binary<X>;
  /** x where the mask has ones, else y. */
  readonly select: (mask: X, x: X, y: X) => X;
}

/** As many float64 as an `X` has values of 32 bits: two halves. */
export type Double<X> = readonly [X, X];

/** Arithmetic of float64. */
export interface DoubleAlgebra<X> {
  readonly of: (value: number) => Double<X>;
  readonly add: (x: Double<X>, y: Double<X>) => Double<X>;
  readonly sub: (x: Double<X>, y: Double<X>) => Double<X>;
  readonly mul: (x: Double<X>, y: Double<X>) => Double<X>;
  readonly div: (x: Double<X>, y: Double<X>) => Double<X>;
  readonly trunc: (x: Double<X>) => Double<X>;
  readonly min: (x: Double<X>, y: Double<X>) => Double<X>;
  readonly max: (x: Double<X>, y: Double<X>) => Double<X>;
  /** x where a mask of 32-bit values has ones, else y. */
  readonly select: (mask: X, x: Double<X>, y: Double<X>) => Double<X>;
  readonly fromFloat: (x: X) => Double<X>;
  readonly fromInt: (x: X) => Double<X>;
  readonly fromUnsigned: (x: X) => Double<X>;
  /** Rounded to float32. */
  readonly toFloat: (x: Double<X>) => X;
  readonly highWords: (x: Double<X>) => X;
  /** The numbers less an integer in their upper words. */
  readonly subHighWords: (x: Double<X>, words: X) => Double<X>;
  /** The nearest integer, as a number, and as the low bits of a word. For magnitudes below 2^31. */
  readonly round: (x: Double<X>) => { readonly rounded: Double<X>; readonly words: X };
  /** 2^n for integers above -1023 and below 1024. */
  readonly powerOfTwo: (n: X) => Double<X>;
}

type Unary<X> = (x: X) => X;
type Binary<X> = (x: X, y: X) => X;

const SIGN = -0x80000000;

/** The sign bits of floats, all other bits zero. */
export function signOf<X>({ bits, int }: Algebra<X>, x: X): X {
  return bits.and(x, int.of(SIGN));
}

/** Floats without their sign. */
export function magnitude<X>({ bits, int }: Algebra<X>, x: X): X {
  return bits.and(x, int.of(0x7fffffff));
}

/** Minus the magnitude of floats. */
export function negativeMagnitude<X>({ bits, int }: Algebra<X>, x: X): X {
  return bits.or(x, int.of(SIGN));
}

/** The upper 12 bits of the significands of floats: products of two such numbers are exact. */
export function upperHalf<X>({ bits, int }: Algebra<X>, x: X): X {
  return bits.and(x, int.of(-0x1000));
}
