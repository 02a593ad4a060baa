import type { CalledLayer } from '../call/context.ts';
import type { Layer } from '../layer/layer.ts';
import type { OneOrMany, PartialType, Tensors } from '../structure/nested.ts';
import type { LayerInput } from './index-extents.ts';
import type { ModelValues, RunOptions, RunResult } from './run.ts';

/**
 * A layer made of layers, with the members that summaries, exports and training use: input and output types and names, weights by path, and
 * a method to run it as a pure function. Every `Model` is a network.
 */
export interface Network extends Layer {
  /** Seed of the initial weights; null to follow `setRandomSeed`. */
  readonly seed: number | null;
  /** Direct sublayers. */
  readonly layers: readonly Layer[];
  /** Types of the inputs, with null for the batch size; null before the network is built. A list if it takes a list. */
  readonly inputTypes: OneOrMany<PartialType> | null;
  /** Types of the outputs, with null for lengths that depend on the batch; null before the network is built. */
  readonly outputTypes: readonly PartialType[] | null;
  /** Names of the inputs, in order. */
  readonly inputNames: readonly string[];
  /** Names of the outputs, in order. */
  readonly outputNames: readonly string[];
  /** Output types of the direct sublayers, as far as they are known. */
  readonly layerOutputTypes: ReadonlyMap<CalledLayer, readonly PartialType[]>;
  /** Runs the network as a pure function of its weights. */
  run(values: ModelValues, inputs: Tensors, options?: RunOptions): RunResult;
  /** Returns the current values of the weights, by path. */
  values(): ModelValues;
  /** Sets weights by path; the others are kept. */
  assign(values: Partial<ModelValues>): void;
  /** Returns the trainable weights after applying their constraints. */
  constrain(trainable: ModelValues['trainable']): ModelValues['trainable'];
  /** Returns the direct sublayers that receive an input of the network directly. */
  consumersOf(position: number): readonly LayerInput[];
  /** Returns the origins of a layer's inputs for summaries, such as `dense[0][0]`; empty for a plain sequence. */
  connectionsOf(layer: Layer): readonly string[];
}

/** Returns whether a layer is a network. */
export function isNetwork(layer: Layer): layer is Network {
  return 'layerOutputTypes' in layer;
}
