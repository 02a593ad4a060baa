import type { DType, HostArray, Shape, Tensor } from '@manabi/core';

/** What JSON can hold: the arguments of a step that are no tensors. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** One call of a function of `@manabi/core`, as data and as code. */
export interface Step {
  /** The name by which other programs (NumPy, PyTorch) know what it does. */
  readonly call: string;
  /** Positions of the values that it is given: inputs first, then the results of the steps before. */
  readonly of: readonly number[];
  /** Its other arguments. */
  readonly with: Json;
  readonly apply: (tensors: readonly Tensor[]) => Tensor;
}

/** A straight program over inputs. The same seed gives the same program. */
export interface Program {
  readonly seed: number;
  readonly inputs: readonly HostArray[];
  readonly steps: readonly Step[];
  /** Types of the results of the steps. */
  readonly types: readonly { readonly dtype: DType; readonly shape: Shape }[];
  /** Positions of the values that it returns: all that no step takes. */
  readonly outputs: readonly number[];
}

/**
 * Runs the steps of a program.
 *
 * @param each what is done with each result before it is used
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

/** A program as a function of its inputs, for `jit`, `grad` and `traceGraph`. */
export function functionOf({ steps, outputs }: Program): (...inputs: readonly Tensor[]) => Tensor[] {
  return (...inputs) => {
    const values = [...inputs];
    for (const { of, apply } of steps) values.push(apply(of.map((position) => values[position])));
    return outputs.map((position) => values[position]);
  };
}

/** A program as text, one line for each step, for messages and for other languages. */
export function textOf({ seed, inputs, steps, types, outputs }: Program): string {
  return JSON.stringify({
    seed,
    inputs: inputs.map(({ dtype, shape, data }) => ({ dtype, shape, data: Array.from(data, written) })),
    steps: steps.map(({ call, of, with: args }, i) => ({ call, of, with: args, ...types[i] })),
    outputs,
  });
}

/** A number as JSON can hold it. */
function written(x: number): number | string {
  return Number.isFinite(x) && !Object.is(x, -0) ? x : Object.is(x, -0) ? '-0' : `${x}`;
}
