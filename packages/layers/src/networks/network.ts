import type { CalledLayer } from '../call/context.ts';
import type { Layer } from '../layer/layer.ts';
import type { OneOrMany, PartialType, Tensors } from '../structure/nested.ts';
import type { LayerInput } from './index-extents.ts';
import type { ModelValues, RunOptions, RunResult } from './run.ts';

/**
 * A layer made of layers, as summaries, exports and training see it: its types and names, its weights by path, and what
 * runs it as a pure function. Every `Model` is one.
 */
export interface Network extends Layer {
  /** Makes the first weights repeatable; null where `setRandomSeed` does. */
  readonly seed: number | null;
  /** The layers right within. */
  readonly layers: readonly Layer[];
  /** Types of the inputs, with null for the batch; null before the network is built. A list if it takes a list. */
  readonly inputTypes: OneOrMany<PartialType> | null;
  /** Types of the outputs, with null for what depends on the batch; null before the network is built. */
  readonly outputTypes: readonly PartialType[] | null;
  /** Names of the inputs, in their order. */
  readonly inputNames: readonly string[];
  /** Names of the outputs, in their order. */
  readonly outputNames: readonly string[];
  /** What each layer right within makes, as far as it is known. */
  readonly layerOutputTypes: ReadonlyMap<CalledLayer, readonly PartialType[]>;
  /** Runs the network as a pure function of its weights. */
  run(values: ModelValues, inputs: Tensors, options?: RunOptions): RunResult;
  /** The present values of the weights, by path. */
  values(): ModelValues;
  /** Sets weights by path; others stay. */
  assign(values: Partial<ModelValues>): void;
  /** Returns the trained weights after their constraints. */
  constrain(trainable: ModelValues['trainable']): ModelValues['trainable'];
  /** The layers right within that are given an input of the network as it is. */
  consumersOf(position: number): readonly LayerInput[];
  /** Where a layer's inputs come from, for summaries: `dense[0][0]`; nothing where it is plain. */
  connectionsOf(layer: Layer): readonly string[];
}

/** Whether a layer is a network. */
export function isNetwork(layer: Layer): layer is Network {
  return 'layerOutputTypes' in layer;
}
