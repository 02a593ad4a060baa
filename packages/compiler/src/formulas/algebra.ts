/**
 * Operations from which the formulas of transcendental functions are built. Each code generator (WebAssembly, WGSL)
 * implements them, so that all compute the same results. `X` is how a code generator represents one 32-bit value, or
 * several in a SIMD vector. Each operation defines whether it reads the bits as float32 or as integers.
 *
 * Shader compilers may reorder sums. Formulas therefore contain no difference that a compiler can cancel, such as `(1 +
 * x) - 1`, and they split numbers into high and low parts by bit masks.
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
   * Rounds x to the nearest integer n, halves to even, if |x| is below 2^21. Returns n as a float (`rounded`), and a
   * word whose low bits are the integer n + offset (`shifted`), from which formulas build 2^n.
   */
  readonly round: (x: X, offset: number) => { readonly rounded: X; readonly shifted: X };
  /**
   * Returns the element of a table at an index. The table has at most 16 32-bit integers; the result for an index
   * outside the table is unspecified.
   */
  readonly lookUp: (table: readonly number[], index: X) => X;
  /**
   * Returns `usual` where the mask is not set, and `repair(...operands, usual)` where it is set, for rare cases such as
   * NaN. `repair` may also run for values where the mask is not set, and must return `usual` for them. `name`
   * identifies the code of `repair`.
   */
  readonly rarely: (
    name: string,
    mask: X,
    operands: readonly X[],
    usual: X,
    repair: (...operands: readonly X[]) => X,
  ) => X;
  /**
   * Returns `body(...operands)`. A code generator may move the code of the body into a separate function, called
   * `name`.
   */
  readonly outOfLine: (name: string, operands: readonly X[], body: (...operands: readonly X[]) => X) => X;
  /**
   * Starts with the values `start` and applies `step` as long as `isLeft` returns a mask that is set for any of the
   * values.
   */
  readonly repeat: (
    name: string,
    start: X,
    constants: readonly X[],
    isLeft: (state: X, ...constants: readonly X[]) => X,
    step: (state: X, ...constants: readonly X[]) => X,
  ) => X;
}

/** Arithmetic of float32. A comparison returns a mask: all bits are 1 where it is true, otherwise all bits are 0. */
export interface FloatAlgebra<X> {
  /** Returns a float32 constant with the given value. */
  readonly of: (value: number) => X;
  readonly add: Binary<X>;
  readonly sub: Binary<X>;
  readonly mul: Binary<X>;
  readonly div: Binary<X>;
  /** Returns x * y + z, rounded once; undefined where the machine has no such instruction. */
  readonly mulAdd?: (x: X, y: X, z: X) => X;
  readonly sqrt: Unary<X>;
  readonly trunc: Unary<X>;
  /** Returns the smaller of x and y; if either is NaN, returns x. */
  readonly min: Binary<X>;
  /** Returns the larger of x and y; if either is NaN, returns x. */
  readonly max: Binary<X>;
  readonly equal: Binary<X>;
  readonly notEqual: Binary<X>;
  readonly less: Binary<X>;
  readonly greater: Binary<X>;
  readonly fromInt: Unary<X>;
}

/** Arithmetic of 32-bit integers modulo 2^32. */
export interface IntAlgebra<X> {
  /** Returns an integer constant with the given value. */
  readonly of: (value: number) => X;
  readonly add: Binary<X>;
  readonly sub: Binary<X>;
  readonly mul: Binary<X>;
  /** Compares x and y as unsigned integers: returns a mask of ones where x >= y. */
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
  /** Returns the bits of x that are not set in y (`x & ~y`). */
  readonly andNot: Binary<X>;
  readonly or: Binary<X>;
  readonly xor: Binary<X>;
  /** Returns x where the bits of the mask are 1, and y where they are 0. */
  readonly select: (mask: X, x: X, y: X) => X;
}

/** As many float64 values as an `X` has 32-bit values. Since they take twice the memory, they are stored as two `X`. */
export type Double<X> = readonly [X, X];

/** Arithmetic of float64. */
export interface DoubleAlgebra<X> {
  /** Returns a float64 constant with the given value. */
  readonly of: (value: number) => Double<X>;
  readonly add: (x: Double<X>, y: Double<X>) => Double<X>;
  readonly sub: (x: Double<X>, y: Double<X>) => Double<X>;
  readonly mul: (x: Double<X>, y: Double<X>) => Double<X>;
  readonly div: (x: Double<X>, y: Double<X>) => Double<X>;
  readonly trunc: (x: Double<X>) => Double<X>;
  readonly min: (x: Double<X>, y: Double<X>) => Double<X>;
  readonly max: (x: Double<X>, y: Double<X>) => Double<X>;
  /** Returns x where the bits of the mask (one 32-bit mask per value) are 1, and y where they are 0. */
  readonly select: (mask: X, x: Double<X>, y: Double<X>) => Double<X>;
  readonly fromFloat: (x: X) => Double<X>;
  readonly fromInt: (x: X) => Double<X>;
  readonly fromUnsigned: (x: X) => Double<X>;
  /** Rounds each float64 value to float32. */
  readonly toFloat: (x: Double<X>) => X;
  /** Returns the upper 32 bits of each value. */
  readonly highWords: (x: Double<X>) => X;
  /** Subtracts an integer from the upper 32 bits of each value, where sign and exponent are stored. */
  readonly subHighWords: (x: Double<X>, words: X) => Double<X>;
  /**
   * Rounds x to the nearest integer if |x| is below 2^31. Returns the integer as float64 (`rounded`) and as int32
   * (`words`).
   */
  readonly round: (x: Double<X>) => { readonly rounded: Double<X>; readonly words: X };
  /** Returns 2^n as float64, for integers n from -1022 to 1023. */
  readonly powerOfTwo: (n: X) => Double<X>;
}

type Unary<X> = (x: X) => X;
type Binary<X> = (x: X, y: X) => X;

const SIGN = -0x80000000;

/** Returns x * y + z, with as few roundings as the machine allows. */
export function mulAdd<X>(float: FloatAlgebra<X>, x: X, y: X, z: X): X {
  return float.mulAdd?.(x, y, z) ?? float.add(float.mul(x, y), z);
}

/** Returns the sign bits of floats; all other bits are zero. */
export function signOf<X>({ bits, int }: Algebra<X>, x: X): X {
  return bits.and(x, int.of(SIGN));
}

/** Returns the absolute values of floats. */
export function magnitude<X>({ bits, int }: Algebra<X>, x: X): X {
  return bits.and(x, int.of(0x7fffffff));
}

/**
 * Returns floats whose significands are truncated to the upper 12 bits, so that the product of two such floats is
 * exact.
 */
export function upperHalf<X>({ bits, int }: Algebra<X>, x: X): X {
  return bits.and(x, int.of(-0x1000));
}
