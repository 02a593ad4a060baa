import {
  attributeGraphs,
  equalTypes,
  formatType,
  type Graph,
  type HostArray,
  isFloat,
  roundToFloat16,
} from '@manabi/ir';
import { interpretReference, type ReferenceArray, toReference } from '@manabi/ir/reference';
import { allowanceOf, epsilonOf, smallestNormal } from './precision.ts';
import { perturbedRuns } from './spread.ts';

// Globals are slow to look up in the VM context of a test.
const { abs, fround, max } = Math;
const { isFinite: isFiniteNumber, isNaN: isNotANumber, POSITIVE_INFINITY } = Number;
const { is } = Object;

/**
 * Allowed error of an element, as a multiple of the largest difference between the reference and the perturbed runs.
 */
const SPREADS = 8;

/** Default number of runs of the reference with random rounding errors. */
const DRAWS = 3;

/** Whether NaN and infinities are checked (`exact`) or ignored (`bestEffort`). */
export type SpecialValues = 'exact' | 'bestEffort';

/**
 * Function that checks the outputs of a run. Returns a description of the first wrong output, or null if all are
 * correct.
 */
export type Judge = (outputs: readonly HostArray[]) => string | null;

/**
 * Creates a judge that compares outputs of a graph with those of the reference interpreter for the same inputs.
 *
 * A graph of one operator must reach the precision of that operator. If operators are chained, or terms are summed, the
 * accumulated rounding error is measured (see `perturbedRuns`).
 *
 * @param draws number of perturbed runs. Use more if comparisons of nearly equal numbers decide the result
 */
export function judgeOf(
  graph: Graph,
  inputs: readonly HostArray[],
  special: SpecialValues,
  draws: number = DRAWS,
): Judge {
  const given = inputs.map(toReference);
  const expected = interpretReference(graph, given);
  const allowances = graph.nodes.map((node) =>
    allowanceOf(
      node,
      node.operands.map((operand) => graph.types[operand]),
    ),
  );
  const ulps = Math.max(0, ...allowances.map((allowance) => allowance.ulps));
  const isDirect =
    graph.nodes.every((node) => attributeGraphs(node).length === 0) && allowances.every(({ terms }) => terms === 0);
  const runs = isDirect && graph.nodes.length <= 1 ? [] : perturbedRuns(graph, given, draws);
  const limits = expected.map((array, output) =>
    limitsOf(
      array,
      runs.map((run) => run[output]),
      ulps,
    ),
  );
  return (outputs) => {
    if (outputs.length !== expected.length) return `expected ${expected.length} outputs, got ${outputs.length} outputs`;
    for (const [output, array] of outputs.entries()) {
      const wrong = mismatch(array, expected[output], limits[output], special);
      if (wrong !== null) return `output ${output}: ${wrong}`;
    }
    return null;
  };
}

/**
 * Returns the allowed error of each element; infinite for an element that is NaN or infinite in some of the perturbed
 * runs, but not in all.
 */
function limitsOf(expected: ReferenceArray, runs: readonly ReferenceArray[], ulps: number): Float64Array {
  const { dtype, data } = expected;
  const spreads = new Float64Array(data.length);
  for (const run of runs) {
    for (let i = 0; i < data.length; i++) {
      const distance = is(run.data[i], data[i]) ? 0 : abs(run.data[i] - data[i]);
      spreads[i] = isNotANumber(distance) ? POSITIVE_INFINITY : max(spreads[i], distance);
    }
  }
  // All runs may agree on one element by chance, but not on half of all elements. So each element is allowed at least
  // the median error.
  const typical = spreads.length === 0 ? 0 : spreads.slice().sort()[spreads.length >> 1];
  const floor = isFiniteNumber(typical) ? typical : 0;
  const unit = ulps * epsilonOf(dtype);
  const tiny = ulps * smallestNormal(dtype);
  return spreads.map((spread, i) => unit * finiteSize(data[i]) + tiny + SPREADS * max(spread, floor));
}

function finiteSize(x: number): number {
  return isFiniteNumber(x) ? abs(x) : 0;
}

function mismatch(
  actual: HostArray,
  expected: ReferenceArray,
  limits: Float64Array,
  special: SpecialValues,
): string | null {
  if (!equalTypes(actual, expected)) return `expected ${formatType(expected)}, got ${formatType(actual)}`;
  const unrounded = actual.dtype === 'float16' ? firstUnrounded(actual) : null;
  if (unrounded !== null) return `expected numbers of float16, got ${unrounded}`;
  let wrong = 0;
  let first = '';
  for (let i = 0; i < limits.length; i++) {
    const value = actual.data[i];
    // The reference computes in float64, so an expected float32 value is rounded first. It rounds float16 itself.
    const exact = actual.dtype === 'float32' ? fround(expected.data[i]) : expected.data[i];
    if (value === exact || is(value, exact) || limits[i] === POSITIVE_INFINITY) continue;
    if (special === 'bestEffort' && !isFiniteNumber(exact) && isFloat(actual.dtype)) continue;
    if (abs(value - expected.data[i]) <= limits[i]) continue;
    if (wrong++ === 0) first = `expected ${exact} ± ${limits[i].toPrecision(2)} at index ${i}, got ${value}`;
  }
  return wrong === 0 ? null : `${wrong} of ${limits.length} elements are wrong; first: ${first}`;
}

/** Returns the first element that float16 cannot represent; null if there is none. */
const firstUnrounded = ({ data }: HostArray): number | null => data.find((x) => !is(roundToFloat16(x), x)) ?? null;
