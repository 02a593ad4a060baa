import type { LayerDescription } from '@manabi/layers/classes';
import type { JsonObject } from '../json.ts';

/** Where a config comes from, which decides how it is read. */
export interface Origin {
  /** The file, for messages. */
  readonly source: string;
  /** What Keras wrote: 1, 2 (tf.keras too), or 3. */
  readonly generation: 1 | 2 | 3;
  /** Whether we wrote it: calls with `training: true` then stay so. Keras 3 forgets them when a model runs. */
  readonly isOurs: boolean;
  /** Layers that stand in several places of the config, by the number that says which are one. */
  readonly shared: Map<number, LayerDescription>;
  /** The options of a layer of Keras 1 or 2, as Keras 3 would write them; null for Keras 3. */
  readonly olderOptions: ((origin: Origin, className: string, config: JsonObject) => JsonObject) | null;
}
