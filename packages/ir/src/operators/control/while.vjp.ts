import type { Attributes, Graph } from '../../graph/graph.ts';
import { inputTypes } from '../../graph/parts.ts';
import { graphBuilder } from '../graph-builder.ts';
import { noGradient, type VjpInHalves } from '../vjp.ts';
import { scanForward } from './scan.vjp.ts';

/**
 * With `maxTrips`, that of a scan over so many turns which keep what they find once the test fails. Without, none: how
 * much a way back has to remember is known only when the loop has ended.
 */
export const whileLoop: VjpInHalves<'while'> = {
  forward: (b, { operands, attributes }, flow, linearize) => {
    const { carries, maxTrips } = attributes;
    if (maxTrips === null) {
      throw noGradient(
        'while',
        'how many turns it takes is known only after it has run. Give it maxTrips, the most turns that it may take, or ' +
          'use scan, whose turns are counted before',
      );
    }
    const masked = { body: maskedBody(attributes), carries, xs: 0, length: maxTrips, reverse: false };
    return scanForward(b, operands, masked, flow, linearize);
  },
};

/** A turn that hands the carries on as they are where the test fails; then it fails in all later turns too. */
function maskedBody({ test, body, carries }: Attributes['while']): Graph {
  const b = graphBuilder();
  const inputs = inputTypes(body).map((type) => b.input(type));
  const [goesOn] = b.inline(test, inputs);
  const unchanged: Graph = {
    inputCount: body.inputCount,
    types: inputTypes(body),
    nodes: [],
    outputs: inputs.slice(0, carries),
  };
  return b.finish(b.emit('cond', [goesOn, ...inputs], { thenBranch: body, elseBranch: unchanged }));
}
