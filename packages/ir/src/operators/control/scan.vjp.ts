import type { GraphBuilder } from '../../graph/builder.ts';
import type { Attributes, Graph, Value } from '../../graph/graph.ts';
import { inputTypes, neededValues, outputTypes } from '../../graph/parts.ts';
import { isFloat } from '../../types/dtype.ts';
import type { TensorType } from '../../types/shape.ts';
import { graphBuilder } from '../graph-builder.ts';
import type { CotangentFlow, ForwardHalf, Linearize, Linearized, VjpInHalves } from '../vjp.ts';

/**
 * The backward pass is a scan in the opposite direction. Its carries are the cotangents of the forward carries and the
 * sums of the cotangents of the constants. The forward scan also returns the residuals of all iterations, stacked as
 * ys.
 */
export const scan: VjpInHalves<'scan'> = {
  forward: (b, { operands, attributes }, flow, linearize) => scanForward(b, operands, attributes, flow, linearize),
};

/** Differentiates a `scan`, or another loop that is first converted to a scan. */
export function scanForward(
  b: GraphBuilder,
  operands: readonly Value[],
  attributes: Attributes['scan'],
  flow: CotangentFlow,
  linearize: Linearize,
): ForwardHalf {
  const { body, carries, xs, length, reverse } = attributes;
  const { wrt, of } = flowThroughBody(attributes, flow);
  const isKept = (input: number): boolean => input >= carries;
  const half = linearize(body, wrt, of, isKept);
  const made = b.emit('scan', operands, { ...attributes, body: half.forward });
  const results = made.slice(0, body.outputs.length);
  const residuals = made.slice(body.outputs.length);
  const back = backwardBody(half, attributes, wrt, of);
  const pullBack = (cotangents: readonly (Value | null)[]): readonly (Value | null)[] => {
    const cotangentOf = (i: number): Value => cotangents[i] ?? b.full(results[i], 0);
    const gradients = b.emit(
      'scan',
      [
        ...back.carries.map(cotangentOf),
        ...back.constants.map((input) => b.full(operands[input], 0)),
        ...half.kept.filter((input) => input < carries + xs).map((input) => operands[input]),
        ...residuals,
        ...of.filter((output) => output >= carries).map(cotangentOf),
        ...half.kept.filter((input) => input >= carries + xs).map((input) => operands[input]),
      ],
      {
        body: back.body,
        carries: back.carries.length + back.constants.length,
        xs: back.xs,
        length,
        reverse: !reverse,
      },
    );
    const inputs = [...back.carries, ...back.constants, ...back.slices];
    return operands.map((_, input) => (wrt.includes(input) ? gradients[inputs.indexOf(input)] : null));
  };
  return { results, pullBack };
}

/**
 * Returns the inputs of the body whose cotangents are needed in some iteration (`wrt`), and the outputs that get a
 * cotangent in some iteration (`of`). Since carries connect iterations, both are determined together: the cotangent of
 * a carry is needed if the carry depends on a differentiated value, and a carry gets a cotangent if a later value that
 * gets one depends on it.
 */
function flowThroughBody(
  { body, carries }: Attributes['scan'],
  { active, needed }: CotangentFlow,
): { readonly wrt: readonly number[]; readonly of: readonly number[] } {
  const isActive = [...active];
  const outputs = outputTypes(body);
  let depends: readonly boolean[] = [];
  for (let settled = false; !settled; ) {
    settled = true;
    depends = dependents(body, isActive);
    for (let carry = 0; carry < carries; carry++) {
      if (isActive[carry] || !isFloat(outputs[carry].dtype) || !depends[body.outputs[carry]]) continue;
      isActive[carry] = true;
      settled = false;
    }
  }
  const flows = body.outputs.map((output, i) => depends[output] && isFloat(outputs[i].dtype));
  const isOf = flows.map((flowing, i) => flowing && needed[i]);
  let isNeeded: readonly boolean[] = [];
  for (let settled = false; !settled; ) {
    settled = true;
    isNeeded = neededValues(
      body,
      body.outputs.filter((_, i) => isOf[i]),
    );
    for (let carry = 0; carry < carries; carry++) {
      if (isOf[carry] || !flows[carry] || !isNeeded[carry]) continue;
      isOf[carry] = true;
      settled = false;
    }
  }
  return {
    wrt: isActive.flatMap((flowing, input) => (flowing && isNeeded[input] ? [input] : [])),
    of: isOf.flatMap((flowing, output) => (flowing ? [output] : [])),
  };
}

/** Returns, for each value of a graph, whether it depends on one of the inputs that are marked true. */
function dependents(graph: Graph, inputs: readonly boolean[]): readonly boolean[] {
  const depends = graph.types.map((_, value) => inputs[value] ?? false);
  for (const { operands, results } of graph.nodes) {
    if (operands.some((operand) => depends[operand])) for (const result of results) depends[result] = true;
  }
  return depends;
}

interface BackwardBody {
  readonly body: Graph;
  /** Indices of the forward carries whose cotangents are carries of the backward scan. */
  readonly carries: readonly number[];
  /** Indices of the forward constants whose cotangents are summed over all iterations. */
  readonly constants: readonly number[];
  /** Indices of the forward xs whose cotangents are the ys of the backward scan. */
  readonly slices: readonly number[];
  readonly xs: number;
}

function backwardBody(
  { kept, backward, forward }: Linearized,
  { body, carries, xs }: Attributes['scan'],
  wrt: readonly number[],
  of: readonly number[],
): BackwardBody {
  const types = inputTypes(body);
  const outputs = outputTypes(body);
  const residualTypes = outputTypes(forward).slice(outputs.length);
  const carried = types.flatMap((_, i) => (i < carries && (wrt.includes(i) || of.includes(i)) ? [i] : []));
  const constants = wrt.filter((input) => input >= carries + xs);
  const slices = wrt.filter((input) => input >= carries && input < carries + xs);

  const b = graphBuilder();
  const take = (group: readonly TensorType[]): readonly Value[] => group.map((type) => b.input(type));
  const ofType = (input: number): TensorType => types[input];
  const dCarries = take(carried.map(ofType));
  const sums = take(constants.map(ofType));
  const keptSlices = take(kept.filter((input) => input < carries + xs).map(ofType));
  const residuals = take(residualTypes);
  const dYs = take(of.filter((output) => output >= carries).map((output) => outputs[output]));
  const keptConstants = take(kept.filter((input) => input >= carries + xs).map(ofType));

  const gradients = b.inline(backward, [
    ...keptSlices,
    ...keptConstants,
    ...residuals,
    ...of.filter((output) => output < carries).map((output) => dCarries[carried.indexOf(output)]),
    ...dYs,
  ]);
  const gradientOf = (input: number): Value | undefined => gradients[wrt.indexOf(input)];
  return {
    body: b.finish([
      ...carried.map((input) => gradientOf(input) ?? b.constant(0, types[input].dtype, types[input].shape)),
      ...constants.map((input, i) => b.add(sums[i], gradients[wrt.indexOf(input)])),
      ...slices.map((input) => gradients[wrt.indexOf(input)]),
    ]),
    carries: carried,
    constants,
    slices,
    xs: keptSlices.length + residuals.length + dYs.length,
  };
}
