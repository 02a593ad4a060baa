import type { Layer } from '../layer/layer.ts';
import { isList } from '../structure/nested.ts';

/** An input of a layer: the layer, and the position among its inputs. */
export interface LayerInput {
  readonly layer: Layer;
  /** Position among the inputs of the layer. */
  readonly position: number;
}

/** A layer that reads an input as indices into a table, and the length of the table. */
export interface IndexExtent {
  readonly layer: Layer;
  readonly extent: number;
}

/** The method of `Network` that `indexExtent` calls. It is declared here because `network.ts` imports this file. */
interface Consumers {
  consumersOf(position: number): readonly LayerInput[];
}

/** Returns the smallest table that an input of a layer or model indexes directly; null if it indexes none. */
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
