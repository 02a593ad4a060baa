import type { Tensor } from '@manabi/core';
import { CallContext, type CalledLayer } from '../call/context.ts';
import { maskOf } from '../call/masks.ts';
import { pureRun } from '../call/runs.ts';
import type { Layer } from '../layer/layer.ts';
import type { Tensors } from '../structure/nested.ts';
import { toList } from '../structure/nested.ts';
import type { Variable } from '../variables/variable.ts';
import { keyedVariables } from './keyed-variables.ts';

/** Values of a model's weights, by their paths in it: `dense_1/kernel`, `encoder/lstm/bias`. Trees for `jit` and `grad`. */
export interface ModelValues {
  /** Those that an optimizer changes. */
  readonly trainable: Readonly<Record<string, Tensor>>;
  /** The others: frozen weights, moving statistics, counters. */
  readonly state: Readonly<Record<string, Tensor>>;
}

/** How a model is run. */
export interface RunOptions {
  /** By default false. */
  readonly training?: boolean;
  /** The step's random key, a new one for each step; needed if a layer draws. */
  readonly key?: Tensor;
  /** Masks of the inputs, in place of those that travel with them. */
  readonly mask?: Tensor | null | readonly (Tensor | null)[];
  /** Sees, and may replace, what each layer makes. */
  readonly intercept?: (layer: CalledLayer, outputs: readonly Tensor[], path: readonly string[]) => readonly Tensor[];
}

/** What comes out of a run. */
export interface RunResult {
  /** One, or a list, as the model's `call` returned. */
  readonly outputs: Tensors;
  /** Masks of the outputs, in their order; null where all counts. */
  readonly masks: readonly (Tensor | null)[];
  /** Next values of state, by the same paths: only what changed. `{ ...state, ...updates }` is the next state. */
  readonly updates: Readonly<Record<string, Tensor>>;
  /** Scalars to be added to the loss: those of `context.addLoss`, activity and weight regularizers. */
  readonly losses: readonly Tensor[];
}

/**
 * Runs a layer or model as a pure function of its weights: nothing is read from it but its structure, nothing in it
 * changes.
 *
 * @throws ManabiError `argument` if values are missing, or a layer draws and there is no key; as `Layer.apply`
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

/** What the regularizers of trained weights cost, where there is a value for the weight. */
export function weightPenalties(layer: Layer, read: (variable: Variable) => Tensor | undefined): Tensor[] {
  return layer.trainableWeights.flatMap((variable) => {
    if (variable.regularizer === null) return [];
    const value = read(variable);
    return value === undefined ? [] : [variable.regularizer.penalty(value)];
  });
}
