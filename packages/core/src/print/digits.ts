import type { DType, ElementArray } from '@manabi/ir';

/** Converts the elements of an array to text; all texts have the same width. */
export type ElementText = (element: number) => string;

/** Range in which numbers are printed without exponent: NumPy's rule for the number of decimal digits of each dtype. */
const LARGEST: { readonly [K in DType]?: number } = { float16: 1e3, float32: 1e6 };

/**
 * Returns a function that converts elements to text, aligned by their decimal points as in NumPy: shortest digits that
 * identify the element in its dtype, and exponents if the elements differ by more than a factor of 1000.
 *
 * @param shown the elements to align
 * @param precision maximum number of digits after the point
 */
export function elementText(dtype: DType, shown: ElementArray | readonly number[], precision: number): ElementText {
  const elements = Array.from(shown);
  if (dtype === 'bool') return padded(elements, (element) => String(element !== 0));
  if (!dtype.startsWith('float')) return padded(elements, String);
  const finite = elements.filter(Number.isFinite);
  const sizes = finite.filter((element) => element !== 0).map(Math.abs);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const round = roundings[dtype] ?? Number;
  const hasExponents =
    sizes.length > 0 && (most >= (LARGEST[dtype] ?? 1e8) || least < 1e-4 || round(most / least) > 1000);
  const text = hasExponents ? scientific(finite, round, precision) : positional(finite, round, precision);
  return padded(elements, (element) => (Number.isFinite(element) ? text(element) : nonFinite(element)));
}

const roundings: { readonly [K in DType]?: (element: number) => number } = {
  float16: roundToHalf,
  float32: Math.fround,
};

/** Rounds a finite number to float16. Pages load this module on demand, so it shares no code with others. */
function roundToHalf(element: number): number {
  const unit = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(element))), -14) - 10);
  return Math.round(element / unit) * unit;
}

function nonFinite(element: number): string {
  if (Number.isNaN(element)) return 'nan';
  return element < 0 ? '-inf' : 'inf';
}

/** Pads the texts of elements on the left to equal widths. */
function padded(elements: readonly number[], text: ElementText): ElementText {
  const width = elements.reduce((most, element) => Math.max(most, text(element).length), 0);
  return (element) => text(element).padStart(width);
}

/** Returns the shortest decimal number that is rounded to an element, in scientific notation: `1.5e-3`. */
function shortest(element: number, round: (element: number) => number): string {
  if (round === Number) return element.toExponential();
  for (let digits = 0; digits < 9; digits++) {
    const text = element.toExponential(digits);
    if (round(Number(text)) === element) return text;
  }
  return element.toExponential();
}

function sign(element: number): string {
  return element < 0 || Object.is(element, -0) ? '-' : '';
}

/** Formats elements as `0.5  `, with spaces in place of missing digits. */
function positional(finite: readonly number[], round: (element: number) => number, precision: number): ElementText {
  const partsOf = (element: number): readonly [string, string] => {
    const size = Math.abs(element);
    const short = String(Number(shortest(size, round)));
    const [, digits = ''] = short.split('.');
    const text = digits.length > precision ? size.toFixed(precision) : short;
    const [whole, fraction = ''] = text.split('.');
    return [`${sign(element)}${whole}`, fraction.replace(/0+$/, '')];
  };
  const width = finite.reduce((most, element) => Math.max(most, partsOf(element)[1].length), 0);
  return (element) => {
    const [whole, fraction] = partsOf(element);
    return `${whole}.${fraction.padEnd(width)}`;
  };
}

/** Formats elements as `1.50e-03`. */
function scientific(finite: readonly number[], round: (element: number) => number, precision: number): ElementText {
  const partsOf = (element: number): readonly [string, string, string, string] => {
    const size = Math.abs(element);
    const short = shortest(size, round);
    const isLong = short.indexOf('e') - 2 > precision;
    const [mantissa, exponent] = (isLong ? size.toExponential(precision) : short).split('e');
    const [whole, fraction = ''] = mantissa.split('.');
    return [`${sign(element)}${whole}`, fraction.replace(/0+$/, ''), exponent.charAt(0), exponent.slice(1)];
  };
  const all = finite.map(partsOf);
  const digits = all.reduce((most, [, fraction]) => Math.max(most, fraction.length), 0);
  const exponents = all.reduce((most, [, , , exponent]) => Math.max(most, exponent.length), 2);
  return (element) => {
    const [whole, fraction, direction, exponent] = partsOf(element);
    return `${whole}.${fraction.padEnd(digits, '0')}e${direction}${exponent.padStart(exponents, '0')}`;
  };
}
