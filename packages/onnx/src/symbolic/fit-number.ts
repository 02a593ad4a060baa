import { isFixed, type Length, lengthAt, linear, openLength, productOf, sumOf } from './length.ts';
import type { Trials } from './trials.ts';

/**
 * The length that has these values at the points of trials; null if there is none. In each open length it is linear:
 * slope · N + offset, and with a further length L, a · N · L + b · N + c · L + d, all of them whole numbers.
 */
export function fitNumber(values: readonly number[], { variables, points }: Trials): Length | null {
  const [first] = values;
  if (values.every((value) => Object.is(value, first))) return first;
  // Along each variable, 0 at its first value and 1 at its second.
  const steps = variables.map((variable, place) => {
    const from = points[0].get(variable) ?? 0;
    const to = points[1 << place].get(variable) ?? 0;
    return linear(openLength(variable), 1 / (to - from), -from / (to - from));
  });
  const sets = Array.from({ length: 2 ** variables.length }, (_, set) => {
    const share = linear(productOf(steps.filter((_step, place) => (set >> place) & 1)), changeOf(values, set));
    return share;
  });
  const found = sumOf(sets);
  const isWhole = isFixed(found)
    ? Number.isInteger(found)
    : Number.isInteger(found.offset) && found.monomials.every(({ factor }) => Number.isInteger(factor));
  return isWhole && points.every((point, i) => lengthAt(found, point) === values[i]) ? found : null;
}

/** What is left of the value with a set of variables changed, when what its smaller sets change is taken away. */
function changeOf(values: readonly number[], set: number): number {
  let change = 0;
  for (let part = set; ; part = (part - 1) & set) {
    change += isEven(set ^ part) ? values[part] : -values[part];
    if (part === 0) return change;
  }
}

function isEven(bits: number): boolean {
  let count = 0;
  for (let left = bits; left > 0; left >>= 1) count += left & 1;
  return count % 2 === 0;
}
