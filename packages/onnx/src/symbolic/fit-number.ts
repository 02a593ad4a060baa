import { isFixed, type Length, lengthAt, linear, openLength, productOf, sumOf } from './length.ts';
import type { Trials } from './trials.ts';

/**
 * Finds how a number in a graph depends on the variable lengths, given its values in graphs that were traced at several
 * lengths (the trials). The result is a formula that is linear in each variable length and has integer coefficients:
 * slope · N + offset for one length N, and a · N · L + b · N + c · L + d for two lengths N and L. Returns null if there
 * is no such formula for the values.
 */
export function fitNumber(values: readonly number[], { variables, points }: Trials): Length | null {
  const [first] = values;
  if (values.every((value) => Object.is(value, first))) return first;
  // For each variable, a step is a linear formula that is 0 at the first value of the variable and 1 at the second one.
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

/**
 * Returns how much the number changes if all variables in a set change together, without the changes due to smaller
 * subsets of them (inclusion-exclusion).
 */
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
