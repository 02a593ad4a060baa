import type { Layer } from '../layer/layer.ts';
import { isList } from '../structure/nested.ts';

/** An input of a layer: the layer, and the index of the input. */
export interface LayerInput {
  readonly layer: Layer;
  /** Index among the inputs of the layer. */
  readonly position: number;
}

/** A layer that uses an input as indices into its lookup table, and the number of entries of the table. */
export interface IndexExtent {
  readonly layer: Layer;
  readonly extent: number;
}

/** The method of `Network` that `indexExtent` calls. It is declared here because `network.ts` imports this file. */
interface Consumers {
  consumersOf(position: number): readonly LayerInput[];
}

/**
 * Returns the smallest lookup table, such as that of an embedding, that an input of a layer or model indexes directly;
 * null if there is none.
 */
export function indexExtent({ layer, position }: LayerInput): IndexExtent | null {
  const { inputSpec } = layer;
  const spec = isList(inputSpec) ? inputSpec[position] : inputSpec;
  if (spec?.indices !== undefined) return { layer, extent: spec.indices };
  if (!hasConsumers(layer)) return null;
  return layer
    .consumersOf(position)
    .map(indexExtent)
    .reduce(
      (least, found) => (least === null || (found !== null && found.extent < least.extent) ? found : least),
      null,
    );
}

function hasConsumers(layer: Layer): layer is Layer & Consumers {
  return 'consumersOf' in layer;
}
