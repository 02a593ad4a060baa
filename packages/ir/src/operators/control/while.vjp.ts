import type { Attributes, Graph } from '../../graph/graph.ts';
import { inputTypes } from '../../graph/parts.ts';
import { graphBuilder } from '../graph-builder.ts';
import { noGradient, type VjpInHalves } from '../vjp.ts';
import { scanForward } from './scan.vjp.ts';

/**
 * If `maxTrips` is set, the loop is converted to a scan of `maxTrips` iterations, in which carries stop changing once
 * the test returns false, and the scan is differentiated. Without `maxTrips` there is no gradient, because the memory
 * that the backward pass needs would be unbounded.
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

/**
 * Returns a body that returns its carries unchanged if the test is false for them. The test is then also false in all
 * later iterations.
 */
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
