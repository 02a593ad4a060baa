import type { Graph, Value } from '../graph/graph.ts';
import { inputTypes } from '../graph/parts.ts';
import { interpret } from '../interpret.ts';
import { type HostArray, hostArray } from '../types/host-array.ts';
import { sizeOf } from '../types/shape.ts';
import { verifyGraph } from '../verify.ts';
import { vjpGraph } from './reverse.ts';

/** Function that computes a gradient numerically, such as `finiteDifferenceGradient` of `@manabi/testing`. */
export type NumericGradient = (f: (x: Float64Array) => number, x: ArrayLike<number>) => ArrayLike<number>;

/** Options of `gradientGap`. */
export interface GradientCheck {
  /** Inputs to differentiate with respect to. Default: all float64 inputs. */
  readonly wrt?: readonly Value[];
  /**
   * Highest order of the derivatives to check (default: 2). For order 2, the gradient is itself differentiated, with
   * respect to the inputs and the cotangents.
   */
  readonly order?: 1 | 2;
}

/**
 * Differentiates a float64 graph, and compares each derivative with one that is computed numerically. Returns the
 * largest difference of two elements, relative to the largest element of the derivative. The cotangents of the outputs
 * are fixed numbers.
 */
export function gradientGap(
  graph: Graph,
  inputs: readonly HostArray[],
  numeric: NumericGradient,
  { wrt = floatInputs(graph), order = 2 }: GradientCheck = {},
): number {
  const backward = vjpGraph(graph, { wrt });
  verifyGraph(backward);
  const cotangents = inputTypes(backward)
    .slice(graph.inputCount)
    .map(({ shape }, output) => weights(shape, output));
  const gradients = interpret(backward, [...inputs, ...cotangents]).slice(graph.outputs.length);
  const gaps = wrt.map((position, i) => {
    const weighted = (x: Float64Array): number => {
      const changed = inputs.map((input, at) => (at === position ? hostArray('float64', input.shape, x) : input));
      return weightedSum(interpret(graph, changed), cotangents);
    };
    const expected = Array.from(numeric(weighted, inputs[position].data));
    const scale = Math.max(1, ...expected.map(Math.abs));
    // Without this, a NaN would be ignored as a difference of 0.
    const differences = expected.map((value, e) => Math.abs(value - gradients[i].data[e]) / scale);
    return differences.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(0, ...differences);
  });
  const second = order === 2 ? gradientGap(backward, [...inputs, ...cotangents], numeric, { order: 1 }) : 0;
  return Math.max(second, ...gaps);
}

function floatInputs(graph: Graph): number[] {
  return inputTypes(graph).flatMap(({ dtype }, i) => (dtype === 'float64' ? [i] : []));
}

/** Returns irregular numbers between -1 and 1, which are the same in every run. */
function weights(shape: readonly number[], output: number): HostArray {
  const data = new Float64Array(sizeOf(shape)).map((_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * (output + 1)));
  return hostArray('float64', shape, data);
}

function weightedSum(outputs: readonly HostArray[], cotangents: readonly HostArray[]): number {
  return outputs
    .filter(({ dtype }) => dtype === 'float64')
    .flatMap(({ data }, output) => Array.from(data, (value, i) => value * cotangents[output].data[i]))
    .reduce((sum, part) => sum + part, 0);
}
