import { attributeGraphs, equalTypes, formatType, type Graph, type HostArray, isFloat } from '@manabi/ir';
import { interpretReference, type ReferenceArray, toReference } from '@manabi/ir/reference';
import { allowanceOf, epsilonOf, smallestNormal } from './precision.ts';
import { perturbedRuns } from './spread.ts';

// In a test's own context every look at a global takes long.
const { abs, fround, max } = Math;
const { isFinite: isFiniteNumber, isNaN: isNotANumber, POSITIVE_INFINITY } = Number;
const { is } = Object;

/** How many times the spread of perturbed runs a result may be off. */
const SPREADS = 8;

/** Runs that tell how far a result may be off. */
const DRAWS = 3;

/** Whether NaN and infinities must come out where they should, or are not looked at. */
export type SpecialValues = 'exact' | 'bestEffort';

/** Says of the outputs of a run what is wrong with them; null if nothing is. */
export type Judge = (outputs: readonly HostArray[]) => string | null;

/**
 * A judge of what a graph gives for some inputs, by the reference interpreter.
 *
 * A graph of one operator is held to that operator's precision; where operators follow one another, or terms are
 * summed, what the roundings may add up to is measured (see `perturbedRuns`).
 *
 * @param draws runs to measure that with: few miss that a comparison may end either way at equal numbers
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
    if (outputs.length !== expected.length) return `${outputs.length} outputs where ${expected.length} were expected`;
    for (const [output, array] of outputs.entries()) {
      const wrong = mismatch(array, expected[output], limits[output], special);
      if (wrong !== null) return `output ${output}: ${wrong}`;
    }
    return null;
  };
}

/** What is allowed for each element; infinite where runs do not agree on what is finite. */
function limitsOf(expected: ReferenceArray, runs: readonly ReferenceArray[], ulps: number): Float64Array {
  const { dtype, data } = expected;
  const spreads = new Float64Array(data.length);
  for (const run of runs) {
    for (let i = 0; i < data.length; i++) {
      const distance = is(run.data[i], data[i]) ? 0 : abs(run.data[i] - data[i]);
      spreads[i] = isNotANumber(distance) ? POSITIVE_INFINITY : max(spreads[i], distance);
    }
  }
  // Few runs may agree by chance on one element, but hardly on half of them.
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
  if (!equalTypes(actual, expected)) return `${formatType(actual)} where ${formatType(expected)} was expected`;
  let wrong = 0;
  let first = '';
  for (let i = 0; i < limits.length; i++) {
    const value = actual.data[i];
    // Results are rounded once more when they leave the interpreter.
    const exact = actual.dtype === 'float32' ? fround(expected.data[i]) : expected.data[i];
    if (value === exact || is(value, exact) || limits[i] === POSITIVE_INFINITY) continue;
    if (special === 'bestEffort' && !isFiniteNumber(exact) && isFloat(actual.dtype)) continue;
    if (abs(value - expected.data[i]) <= limits[i]) continue;
    if (wrong++ === 0) first = `${value} at ${i} where ${exact} was expected, give or take ${limits[i].toPrecision(2)}`;
  }
  return wrong === 0 ? null : `${wrong} of ${limits.length} elements are wrong, the first being ${first}`;
}
