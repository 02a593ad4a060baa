import type { DType, HostArray, Shape, Tensor } from '@manabi/core';

/** A JSON value, which contains the arguments of a step other than tensors. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** One call of a function of `@manabi/core`, as data and as code. */
export interface Step {
  /** Name of the call, which also selects the equivalent in NumPy and PyTorch. */
  readonly call: string;
  /** Positions of its operands in the list of all inputs, followed by the results of earlier steps. */
  readonly of: readonly number[];
  /** Arguments of the call other than tensors. */
  readonly with: Json;
  readonly apply: (tensors: readonly Tensor[]) => Tensor;
}

/** A program without branches. The same seed produces the same program. */
export interface Program {
  readonly seed: number;
  readonly inputs: readonly HostArray[];
  readonly steps: readonly Step[];
  /** Dtypes and shapes of the results of the steps. */
  readonly types: readonly { readonly dtype: DType; readonly shape: Shape }[];
  /** Positions of the values that the program returns: all results that no step uses. */
  readonly outputs: readonly number[];
}

/**
 * Runs the steps of a program.
 *
 * @param each function that receives each result before the next step
 */
export async function runSteps(
  { steps, outputs }: Program,
  inputs: readonly Tensor[],
  each: (result: Tensor) => Promise<unknown>,
): Promise<readonly Tensor[]> {
  const values = [...inputs];
  for (const { of, apply } of steps) {
    const result = apply(of.map((position) => values[position]));
    await each(result);
    values.push(result);
  }
  return outputs.map((position) => values[position]);
}

/** Returns a program as a function of its inputs, for `jit`, `grad` and `traceGraph`. */
export function functionOf({ steps, outputs }: Program): (...inputs: readonly Tensor[]) => Tensor[] {
  return (...inputs) => {
    const values = [...inputs];
    for (const { of, apply } of steps) values.push(apply(of.map((position) => values[position])));
    return outputs.map((position) => values[position]);
  };
}

/** Returns a program as JSON, for messages and for evaluation in other languages. */
export function textOf({ seed, inputs, steps, types, outputs }: Program): string {
  return JSON.stringify({
    seed,
    inputs: inputs.map(({ dtype, shape, data }) => ({ dtype, shape, data: Array.from(data, written) })),
    steps: steps.map(({ call, of, with: args }, i) => ({ call, of, with: args, ...types[i] })),
    outputs,
  });
}

/** Returns a number in the form used in JSON: -0, NaN and infinities become strings. */
function written(x: number): number | string {
  return Number.isFinite(x) && !Object.is(x, -0) ? x : Object.is(x, -0) ? '-0' : `${x}`;
}
