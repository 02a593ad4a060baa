/**
 * Error function in double precision, below 1 ulp: the rational approximations of Sun's fdlibm (`s_erf.c`, 1993).
 * Beyond 0.84375, erf is 1 minus a complement; that one is e^(-x^2) / x times a rational function of 1 / x^2.
 */
export function erf64(x: number): number {
  const a = Math.abs(x);
  if (a < 0.84375) return a < 2 ** -28 ? x * (1 + twoOverRootPiLess1) : x + x * ratio(inner, x * x);
  if (a < 1.25) return Math.sign(x) * (erfOf1 + ratio(around1, a - 1));
  if (a >= 6) return Math.sign(x);
  if (Number.isNaN(x)) return x;
  return Math.sign(x) * (1 - tail(a));
}

/** 1 - erf(a) for a from 1.25 to 6. */
function tail(a: number): number {
  const inverse = 1 / (a * a);
  const rational = ratio(a < 1 / 0.35 ? middle : far, inverse);
  // a^2 in two parts, so that its rounding does not show in the exponential: high has 24 bits, so its square is exact.
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

/** Coefficients from the constant upwards. */
function horner(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

const twoOverRootPiLess1 = 1.28379167095512586316e-1;
const erfOf1 = 8.45062911510467529297e-1;

const inner: Rational = {
  numerator: [
    1.28379167095512558561e-1, -3.2504210724700149937e-1, -2.84817495755985104766e-2, -5.77027029648944159157e-3,
    -2.37630166566501626084e-5,
  ],
  denominator: [
    1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3, 1.32494738004321644526e-4,
    -3.9602282787753681232e-6,
  ],
};

const around1: Rational = {
  numerator: [
    -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1, 3.18346619901161753674e-1,
    -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.166375594868790843e-3,
  ],
  denominator: [
    1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2, 1.26171219808761642112e-1,
    1.36370839120290507362e-2, 1.1984499846799107417e-2,
  ],
};

const middle: Rational = {
  numerator: [
    -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1, -6.23753324503260060396e1,
    -1.62396669462573470355e2, -1.84605092906711035994e2, -8.12874355063065934246e1, -9.81432934416914548592,
  ],
  denominator: [
    1, 1.96512716674392571292e1, 1.376577541435190426e2, 4.34565877475229228821e2, 6.45387271733267880336e2,
    4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2,
  ],
};

const far: Rational = {
  numerator: [
    -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1, -1.60636384855821916062e2,
    -6.37566443368389627722e2, -1.02509513161107724954e3, -4.83519191608651397019e2,
  ],
  denominator: [
    1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3,
    2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1,
  ],
};
