import type { LayerDescription } from '@manabi/layers/classes';
import type { JsonObject } from '../json.ts';

/** Origin of a config, which determines how it is read. */
export interface Origin {
  /** Name of the file for messages. */
  readonly source: string;
  /** Major version of Keras: 1, 2 (including tf.keras), or 3. */
  readonly generation: 1 | 2 | 3;
  /** Whether manabi wrote the file: calls then keep `training: true`, which Keras 3 ignores when a model runs. */
  readonly isFromManabi: boolean;
  /** Whether multi-head attention removes the masks of its inputs for later layers, as in Keras 3. */
  readonly removesMasks: boolean;
  /** Layers that occur several times in the config, by the number that identifies each. */
  readonly shared: Map<number, LayerDescription>;
  /** Converts the options of a layer of Keras 1 or 2 to those of Keras 3; null for Keras 3. */
  readonly olderOptions: ((origin: Origin, className: string, config: JsonObject) => JsonObject) | null;
  /** The `OperatorReader` for the operators of functional models; null for a file without operators. */
  readonly operators: object | null;
}
