import type { Tensor } from '@manabi/core';
import { CallContext, type CalledLayer } from '../call/context.ts';
import { maskOf } from '../call/masks.ts';
import { pureRun } from '../call/runs.ts';
import type { Layer } from '../layer/layer.ts';
import type { Tensors } from '../structure/nested.ts';
import { toList } from '../structure/nested.ts';
import type { Variable } from '../variables/variable.ts';
import { keyedVariables } from './keyed-variables.ts';

/**
 * Values of a model's weights by path, such as `dense_1/kernel` or `encoder/lstm/bias`. Can be passed to functions
 * transformed by `jit` and `grad`.
 */
export interface ModelValues {
  /** Weights that an optimizer changes. */
  readonly trainable: Readonly<Record<string, Tensor>>;
  /** All other weights: frozen ones, moving statistics, counters. */
  readonly state: Readonly<Record<string, Tensor>>;
}

/** Options of `Model.run`. */
export interface RunOptions {
  /** Whether to run in training mode (default: false). */
  readonly training?: boolean;
  /** Random key; use a new one for each step. Required if a layer draws random numbers. */
  readonly key?: Tensor;
  /** Masks to use instead of those attached to the inputs. */
  readonly mask?: Tensor | null | readonly (Tensor | null)[];
  /** Function that is called with the outputs of each layer, and returns the outputs to use in their place. */
  readonly intercept?: (layer: CalledLayer, outputs: readonly Tensor[], path: readonly string[]) => readonly Tensor[];
}

/** Result of `Model.run`. */
export interface RunResult {
  /** The output, or a list of outputs, as the model's `call` returns them. */
  readonly outputs: Tensors;
  /** Masks of the outputs, in order; null for an output without a mask. */
  readonly masks: readonly (Tensor | null)[];
  /** New values of changed state, by path. The next state is `{ ...state, ...updates }`. */
  readonly updates: Readonly<Record<string, Tensor>>;
  /** Scalars to add to the loss, from `context.addLoss` and from activity and weight regularizers. */
  readonly losses: readonly Tensor[];
}

/**
 * Runs a layer or model as a pure function of its weights. Reads only which sublayers the layer has, and changes
 * nothing in it.
 *
 * @throws ManabiError `argument` if `values` lacks weights of the layer, or a layer draws random numbers without a key;
 * as documented at `Layer.apply`
 */
export function runLayer(layer: Layer, values: ModelValues, inputs: Tensors, options: RunOptions = {}): RunResult {
  const keyed = keyedVariables(layer);
  const known = new Map<Variable, Tensor>();
  for (const [path, variable] of keyed) {
    const value = values.trainable[path] ?? values.state[path];
    if (value !== undefined) known.set(variable, value);
  }
  const run = pureRun(known, options.key, options.intercept);
  const context = new CallContext(run, { training: options.training ?? false });
  const call = options.mask === undefined ? context : context.with({ mask: options.mask });
  const outputs = layer.forward(inputs, call);
  const paths = new Map([...keyed].map(([path, variable]) => [variable, path]));
  return {
    outputs,
    masks: toList(outputs).map(maskOf),
    updates: Object.fromEntries(
      [...run.updates].map(([variable, value]) => [paths.get(variable) ?? variable.path, value]),
    ),
    losses: [...run.losses, ...weightPenalties(layer, (variable) => known.get(variable))],
  };
}

/** Returns the regularization penalties of the trainable weights for which the forward pass has a value. */
export function weightPenalties(layer: Layer, read: (variable: Variable) => Tensor | undefined): Tensor[] {
  return layer.trainableWeights.flatMap((variable) => {
    if (variable.regularizer === null) return [];
    const value = read(variable);
    return value === undefined ? [] : [variable.regularizer.penalty(value)];
  });
}
