import type { Attributes, Graph } from '../../graph/graph.ts';
import { inputTypes } from '../../graph/parts.ts';
import { graphBuilder } from '../graph-builder.ts';
import { noGradient, type VjpInHalves } from '../vjp.ts';
import { scanForward } from './scan.vjp.ts';

/**
 * With `maxTrips`, differentiates a scan of that many iterations that keeps the carries once the test fails. Without
 * it, there is no gradient, because the memory of the backward pass would be unbounded.
 */
export const whileLoop: VjpInHalves<'while'> = {
  forward: (b, { operands, attributes }, flow, linearize) => {
    const { carries, maxTrips } = attributes;
    if (maxTrips === null) {
      throw noGradient(
        'while',
        'the number of iterations is unknown until the loop ends. Pass maxTrips, the maximal number of iterations, or use scan, ' +
          'whose number of iterations is fixed',
      );
    }
    const masked = { body: maskedBody(attributes), carries, xs: 0, length: maxTrips, reverse: false };
    return scanForward(b, operands, masked, flow, linearize);
  },
};

/** Wraps the body so that it keeps the carries once the test fails; the test then fails in all later iterations too. */
function maskedBody({ test, body, carries }: Attributes['while']): Graph {
  const b = graphBuilder();
  const inputs = inputTypes(body).map((type) => b.input(type));
  const [continues] = b.inline(test, inputs);
  const unchanged: Graph = {
    inputCount: body.inputCount,
    types: inputTypes(body),
    nodes: [],
    outputs: inputs.slice(0, carries),
  };
  return b.finish(b.emit('cond', [continues, ...inputs], { thenBranch: body, elseBranch: unchanged }));
}
