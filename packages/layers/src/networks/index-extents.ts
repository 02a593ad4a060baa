import type { Layer } from '../layer/layer.ts';
import { isList } from '../structure/nested.ts';

/** An input of a layer. */
export interface LayerInput {
  readonly layer: Layer;
  /** Which of its inputs. */
  readonly place: number;
}

/** Who reads an input as places in a table, and how many places there are. */
export interface IndexExtent {
  readonly layer: Layer;
  readonly extent: number;
}

/** What a network tells of its inputs. (`Network` refers to `LayerInput`, so this file cannot import it.) */
interface Consumers {
  consumersOf(place: number): readonly LayerInput[];
}

/** The smallest table that an input of a layer, or of a model, goes into as it is; null if there is none. */
export function indexExtent({ layer, place }: LayerInput): IndexExtent | null {
  const { inputSpec } = layer;
  const spec = isList(inputSpec) ? inputSpec[place] : inputSpec;
  if (spec?.indices !== undefined) return { layer, extent: spec.indices };
  if (!hasConsumers(layer)) return null;
  return layer
    .consumersOf(place)
    .map(indexExtent)
    .reduce(
      (least, found) => (least === null || (found !== null && found.extent < least.extent) ? found : least),
      null,
    );
}

function hasConsumers(layer: Layer): layer is Layer & Consumers {
  return 'consumersOf' in layer;
}
