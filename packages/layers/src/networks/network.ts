import type { CalledLayer } from '../call/context.ts';
import type { Layer } from '../layer/layer.ts';
import type { OneOrMany, PartialType, Tensors } from '../structure/nested.ts';
import type { LayerInput } from './index-extents.ts';
import type { ModelValues, RunOptions, RunResult } from './run.ts';

/**
 * A layer made of layers, with everything that summaries, exports and training need: types and names of inputs and
 * outputs, weights by path, and `run`, a pure function of the weights. Every `Model` is a network.
 */
export interface Network extends Layer {
  /** Seed of the initial weights; null to use the seed of `setRandomSeed`. */
  readonly seed: number | null;
  /** Direct sublayers. */
  readonly layers: readonly Layer[];
  /**
   * Types of the inputs, with null for the batch size; null before the network is built. A list if the network takes a
   * list of inputs.
   */
  readonly inputTypes: OneOrMany<PartialType> | null;
  /** Types of the outputs, with null for lengths that depend on the batch; null before the network is built. */
  readonly outputTypes: readonly PartialType[] | null;
  /** Names of the inputs, in order. */
  readonly inputNames: readonly string[];
  /** Names of the outputs, in order. */
  readonly outputNames: readonly string[];
  /** Output types of the direct sublayers whose types are known. */
  readonly layerOutputTypes: ReadonlyMap<CalledLayer, readonly PartialType[]>;
  /** Runs the network as a pure function of its weights. */
  run(values: ModelValues, inputs: Tensors, options?: RunOptions): RunResult;
  /** Returns the current values of the weights, by path. */
  values(): ModelValues;
  /** Sets the weights with the given paths, and keeps all others. */
  assign(values: Partial<ModelValues>): void;
  /** Applies the constraints of the trainable weights to the given values, and returns the results. */
  constrain(trainable: ModelValues['trainable']): ModelValues['trainable'];
  /** Returns the direct sublayers to which an input of the network is passed directly. */
  consumersOf(position: number): readonly LayerInput[];
  /**
   * Returns where the inputs of a layer come from, for summaries: `dense[0][0]` is output 0 of call 0 of the layer
   * `dense`. Empty for sequential models.
   */
  connectionsOf(layer: Layer): readonly string[];
}

/** Returns whether a layer is a network. */
export function isNetwork(layer: Layer): layer is Network {
  return 'layerOutputTypes' in layer;
}
