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

/** Options of `vjpGraph` and `gradGraph`. */
export interface DifferentiateOptions {
  /** Indices of the inputs to differentiate with respect to. Each input must be a float. */
  readonly wrt: readonly number[];
}

/**
 * Differentiates a graph in reverse mode. Returns a graph that takes the inputs of the original graph and a cotangent
 * per float output, and returns the outputs of the original graph and a cotangent per input in `wrt`. This graph can be
 * differentiated again. The cotangent of an input that affects no output is zero.
 *
 * @throws ManabiError `argument` if an input in `wrt` does not exist, `dtype` if it is not a float, and
 * `notDifferentiable` if the only path from an output to an input in `wrt` leads through an operator without a gradient
 * @example
 * ```ts
 * import { formatType, graphBuilder, outputTypes, vjpGraph } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [3] });
 * const backward = vjpGraph(b.finish([b.sin(x)]), { wrt: [0] });
 * console.log(outputTypes(backward).map(formatType)); // ['float32[3]', 'float32[3]']
 * ```
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
 * Differentiates a graph whose first output is a float scalar. Returns a graph that takes the same inputs, and returns
 * all outputs of the original graph and the gradient of the first output with respect to each input in `wrt`.
 *
 * @throws ManabiError under the same conditions as `vjpGraph()`, and `shape` or `dtype` if the first output is not a
 * float scalar
 * @example
 * ```ts
 * import { interpret } from '@manabi/ir/reference';
 * import { gradGraph, graphBuilder } from '@manabi/ir';
 * import { hostArray } from 'manabi';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [3] });
 * const loss = b.finish([b.reduceSum(b.mul(x, x), [0])]);
 * const [value, gradient] = interpret(gradGraph(loss, { wrt: [0] }), [hostArray('float32', [3], Float32Array.of(1, 2, 3))]);
 * console.log([...gradient.data]); // [2, 4, 6]
 * ```
 */
export function gradGraph(graph: Graph, { wrt }: DifferentiateOptions): Graph {
  if (graph.outputs.length === 0) {
    throw new ManabiError('argument', 'The graph has no outputs to differentiate. Return a float scalar from it.', {
      op: 'grad',
    });
  }
  const type = graph.types[graph.outputs[0]];
  if (!isFloat(type.dtype) || type.shape.length > 0) {
    throw new ManabiError(
      isFloat(type.dtype) ? 'shape' : 'dtype',
      `The first output must be a float scalar; got ${formatType(type)}. Reduce it with sum() or mean(), or use vjp() with ` +
        'cotangents for several outputs.',
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
 * Returns a graph that takes the graph's inputs and a cotangent for each output in `of`, and returns a cotangent for
 * each input in `wrt`. It computes all intermediate values itself.
 */
function pullBackGraph(graph: Graph, wrt: readonly number[], of: readonly number[]): Graph {
  const builder = graphBuilder();
  const inputs = inputTypes(graph).map((type) => builder.input(type));
  const cotangents = new Map(of.map((output) => [output, builder.input(graph.types[graph.outputs[output]])]));
  const flows = graph.outputs.map((_, output) => cotangents.get(output) ?? null);
  const { gradients } = differentiate(builder, graph, inputs, wrt, flows);
  return eliminateDeadCode(builder.finish(gradients));
}

/**
 * Differentiates a graph in an attribute of a node, such as the body of a loop, and splits the derivative into a
 * forward and a backward graph.
 */
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

/** Emits the nodes of a graph and of its derivative into a builder. */
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
      throw new ManabiError(
        'argument',
        `Input ${position} does not exist; the graph has ${graph.inputCount} inputs. Correct \`wrt\`.`,
        {
          op: 'grad',
          data: { position, inputs: graph.inputCount },
        },
      );
    }
    const type = graph.types[position];
    if (!isFloat(type.dtype)) {
      throw new ManabiError(
        'dtype',
        `Input ${position} must be a float to differentiate with respect to it; got ${formatType(type)}. Convert it first: ` +
          "astype(x, 'float32'), or remove it from `wrt`.",
        { op: 'grad', data: { position, type } },
      );
    }
  }
}
