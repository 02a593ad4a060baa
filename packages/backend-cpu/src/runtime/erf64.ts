/**
 * Computes the error function in double precision, with an error below 1 ulp, by the rational approximations of Sun's fdlibm
 * (`s_erf.c`, 1993). Beyond 0.84375, erf is 1 minus its complement, which is e^(-x^2) / x times a rational function of
 * 1 / x^2.
 */
export function erf64(x: number): number {
  const a = Math.abs(x);
  if (a < 0.84375) return a < 2 ** -28 ? x * (1 + twoOverRootPiLess1) : x + x * ratio(inner, x * x);
  if (a < 1.25) return Math.sign(x) * (erfOf1 + ratio(around1, a - 1));
  if (a >= 6) return Math.sign(x);
  if (Number.isNaN(x)) return x;
  return Math.sign(x) * (1 - tail(a));
}

/** Computes 1 - erf(a) for a from 1.25 to 6. */
function tail(a: number): number {
  const inverse = 1 / (a * a);
  const rational = ratio(a < 1 / 0.35 ? middle : far, inverse);
  // Splits a^2 into two terms, because the exponential function would amplify its rounding error. The square of the
  // 24-bit number `high` is exact.
  const high = Math.fround(a);
  return (Math.exp(-high * high - 0.5625) * Math.exp((high - a) * (high + a) + rational)) / a;
}

interface Rational {
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

function ratio({ numerator, denominator }: Rational, x: number): number {
  return horner(numerator, x) / horner(denominator, x);
}

/** Returns the value of a polynomial. The first coefficient is the constant term. */
function horner(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

const twoOverRootPiLess1 = 0.1283791670955126;
const erfOf1 = 0.8450629115104675;

const inner: Rational = {
  numerator: [
    0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -0.000023763016656650163,
  ],
  denominator: [
    1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164, -0.000003960228278775368,
  ],
};

const around1: Rational = {
  numerator: [
    -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
    0.035478304325618236, -0.002166375594868791,
  ],
  denominator: [
    1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
    0.011984499846799107,
  ],
};

const middle: Rational = {
  numerator: [
    -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
    -184.60509290671104, -81.2874355063066, -9.814329344169145,
  ],
  denominator: [
    1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
    108.63500554177944, 6.570249770319282, -0.0604244152148581,
  ],
};

const far: Rational = {
  numerator: [
    -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
    -1025.0951316110772, -483.5191916086514,
  ],
  denominator: [
    1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
    474.52854120695537, -22.44095244658582,
  ],
};
