import { isFixed, type Length, lengthAt, linear, openLength, productOf, sumOf } from './length.ts';
import type { Trials } from './trials.ts';

/**
 * Returns a formula for a number from its values at the points of the trials; null if no formula fits. The formula is linear
 * in each open length: slope · N + offset, and with a further length L: a · N · L + b · N + c · L + d, with integer
 * coefficients.
 */
export function fitNumber(values: readonly number[], { variables, points }: Trials): Length | null {
  const [first] = values;
  if (values.every((value) => Object.is(value, first))) return first;
  // A step is a function of one variable: 0 at its first value, and 1 at its second.
  const steps = variables.map((variable, i) => {
    const from = points[0].get(variable) ?? 0;
    const to = points[1 << i].get(variable) ?? 0;
    return linear(openLength(variable), 1 / (to - from), -from / (to - from));
  });
  const sets = Array.from({ length: 2 ** variables.length }, (_, set) => {
    const share = linear(productOf(steps.filter((_step, i) => (set >> i) & 1)), changeOf(values, set));
    return share;
  });
  const found = sumOf(sets);
  const isIntegral = isFixed(found)
    ? Number.isInteger(found)
    : Number.isInteger(found.offset) && found.monomials.every(({ factor }) => Number.isInteger(factor));
  return isIntegral && points.every((point, i) => lengthAt(found, point) === values[i]) ? found : null;
}

/** Returns the change of the number when a set of variables changes, minus the changes due to subsets (inclusion-exclusion). */
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
