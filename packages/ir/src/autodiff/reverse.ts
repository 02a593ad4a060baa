import { ManabiError } from '@manabi/errors';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { inputTypes } from '../graph/parts.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import type { Linearized } from '../operators/vjp.ts';
import { eliminateDeadCode } from '../simplify/dead.ts';
import { simplify } from '../simplify/index.ts';
import { isFloat } from '../types/dtype.ts';
import { formatType } from '../types/shape.ts';
import { pullBack } from './pull-back.ts';
import { recordForward } from './record.ts';
import { splitAtResiduals } from './residuals.ts';

/** What to differentiate with respect to. */
export interface DifferentiateOptions {
  /** Positions of inputs, each a float. */
  readonly wrt: readonly number[];
}

/**
 * The reverse-mode derivative of a graph, as a graph: from (its inputs, a cotangent for each float output) to (its
 * outputs, a cotangent for each input in `wrt`). Where nothing flows, the cotangent is zeros. The result is an ordinary
 * graph, so that it can be differentiated again.
 *
 * @throws ManabiError `argument` or `dtype` if `wrt` names no input or one that is no float; `notDifferentiable` if the
 * only way back from an output to an input in `wrt` leads through an operator without a gradient.
 * @example `const backward = vjpGraph(forward, { wrt: [0, 1] });`
 */
export function vjpGraph(graph: Graph, { wrt }: DifferentiateOptions): Graph {
  const builder = graphBuilder();
  const inputs = inputTypes(graph).map((type) => builder.input(type));
  const cotangents = graph.outputs.map((output) => {
    const type = graph.types[output];
    return isFloat(type.dtype) ? builder.input(type) : null;
  });
  const { outputs, gradients } = differentiate(builder, graph, inputs, wrt, cotangents);
  return eliminateDeadCode(builder.finish([...outputs, ...gradients]));
}

/**
 * The gradient of a graph whose first output is one float: from its inputs to (its outputs, the gradient of the first
 * output with respect to each input in `wrt`). Further outputs are handed through and not differentiated.
 *
 * @throws ManabiError as `vjpGraph`, and `shape` or `dtype` if the first output is not a single float.
 * @example `const step = gradGraph(loss, { wrt: [0] }); // x → (loss, dloss/dx)`
 */
export function gradGraph(graph: Graph, { wrt }: DifferentiateOptions): Graph {
  if (graph.outputs.length === 0) {
    throw new ManabiError('argument', 'The graph has no output to differentiate.', { op: 'grad' });
  }
  const type = graph.types[graph.outputs[0]];
  if (!isFloat(type.dtype) || type.shape.length > 0) {
    throw new ManabiError(
      isFloat(type.dtype) ? 'shape' : 'dtype',
      `A gradient is that of a single float, but the first output is ${formatType(type)}. Reduce it to one number, ` +
        'with sum or mean; for the derivative of many outputs give cotangents to vjp.',
      { op: 'grad', data: { type } },
    );
  }
  const builder = graphBuilder();
  const inputs = inputTypes(graph).map((input) => builder.input(input));
  const cotangents = graph.outputs.map((_, i) => (i === 0 ? builder.constant(1, type.dtype) : null));
  const { outputs, gradients } = differentiate(builder, graph, inputs, wrt, cotangents);
  return eliminateDeadCode(builder.finish([...outputs, ...gradients]));
}

/**
 * The backward half alone: from (the graph's inputs, a cotangent for each output in `of`) to a cotangent for each input
 * in `wrt`, everything in between computed anew.
 */
function pullBackGraph(graph: Graph, wrt: readonly number[], of: readonly number[]): Graph {
  const builder = graphBuilder();
  const inputs = inputTypes(graph).map((type) => builder.input(type));
  const cotangents = new Map(of.map((output) => [output, builder.input(graph.types[graph.outputs[output]])]));
  const flows = graph.outputs.map((_, output) => cotangents.get(output) ?? null);
  const { gradients } = differentiate(builder, graph, inputs, wrt, flows);
  return eliminateDeadCode(builder.finish(gradients));
}

/** The derivative of a graph that is an attribute, cut where its forward half ends. */
function linearize(
  graph: Graph,
  wrt: readonly number[],
  of: readonly number[],
  isKept: (input: number) => boolean,
): Linearized {
  const builder = graphBuilder();
  const inputs = inputTypes(graph).map((type) => builder.input(type));
  const cotangents = new Map(of.map((output) => [output, builder.input(graph.types[graph.outputs[output]])]));
  const flows = graph.outputs.map((_, output) => cotangents.get(output) ?? null);
  const { outputs, gradients } = differentiate(builder, graph, inputs, wrt, flows);
  const joint = simplify(builder.finish([...outputs, ...gradients]));
  return splitAtResiduals(joint, { inputs: graph.inputCount, outputs: graph.outputs.length }, isKept);
}

/** Writes a graph and its gradient into a builder. */
function differentiate(
  builder: GraphBuilder,
  graph: Graph,
  inputs: readonly Value[],
  wrt: readonly number[],
  cotangents: readonly (Value | null)[],
): { readonly outputs: readonly Value[]; readonly gradients: readonly Value[] } {
  checkWrt(graph, wrt);
  const differentiated = graph.outputs.filter((_, i) => cotangents[i] !== null);
  const of = wrt.map((position) => inputs[position]);
  const recording = recordForward(builder, graph, inputs, of, differentiated, linearize);
  const gradientOf = pullBack(builder, recording, cotangents, pullBackGraph);
  return { outputs: recording.outputs, gradients: of.map(gradientOf) };
}

function checkWrt(graph: Graph, wrt: readonly number[]): void {
  for (const position of wrt) {
    if (!Number.isInteger(position) || position < 0 || position >= graph.inputCount) {
      throw new ManabiError('argument', `There is no input ${position}: the graph has ${graph.inputCount}.`, {
        op: 'grad',
        data: { position, inputs: graph.inputCount },
      });
    }
    const type = graph.types[position];
    if (!isFloat(type.dtype)) {
      throw new ManabiError(
        'dtype',
        `Input ${position} is ${formatType(type)}, but derivatives exist only with respect to floats. Convert ` +
          "it before, astype(x, 'float32'), or leave it out.",
        { op: 'grad', data: { position, type } },
      );
    }
  }
}
