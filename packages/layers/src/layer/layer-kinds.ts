import {
  boolean,
  type KindsOf,
  name,
  nullable,
  type OptionKinds,
  type OptionValues,
  optional,
  readOptions,
} from '@manabi/errors';
import { regularizerKind } from '../regularizers/table.ts';
import { policyKind } from '../structure/dtype-policy.ts';
import { partialShape } from '../structure/option-kinds.ts';
import type { LayerOptions } from './layer-options.ts';

const baseKinds = {
  name: optional(nullable(name), null),
  trainable: optional(boolean, true),
  dtype: optional(policyKind),
  inputShape: optional(partialShape),
  batchShape: optional(nullable(partialShape)),
  activityRegularizer: optional(regularizerKind, null),
} satisfies KindsOf<LayerOptions>;

/** Names of the options common to all layers. */
export const BASE_OPTIONS: readonly string[] = Object.keys(baseKinds);

/** Validators of the options that a layer class defines in addition to `LayerOptions`. */
export type OwnKindsOf<Options extends object> = KindsOf<Omit<Options, keyof LayerOptions>>;

/**
 * Reads the options that a layer class defines in addition to those of all layers. Rejects unknown names and invalid
 * values, and fills in defaults. The result is the layer's config: `super(options, readLayerOptions(new.target,
 * options, kinds))`.
 *
 * @param layer the class whose constructor runs, `new.target`
 * @throws ManabiError `argument` for invalid options, and for unknown names, with the nearest ones
 * @example
 * ```ts
 * import { number } from '@manabi/errors';
 * import { readLayerOptions } from '@manabi/layers/internal';
 *
 * const result = readLayerOptions({ className: 'Scale', name: 'Scale' }, { name: 'a', scale: 2 }, { scale: number() });
 * console.log(result); // { scale: 2 }
 * ```
 */
export function readLayerOptions<const Kinds extends OptionKinds>(
  layer: LayerClassName,
  options: unknown,
  kinds: Kinds,
): OptionValues<Kinds> {
  return readOptions(classNameOf(layer), options, kinds, { others: BASE_OPTIONS });
}

/**
 * Reads the options common to all layers.
 *
 * @param own names of the options that the class defines itself
 * @throws ManabiError `argument` for invalid options, and for unknown names
 */
export function readBaseOptions(
  className: string,
  options: unknown,
  own: readonly string[],
): OptionValues<typeof baseKinds> {
  return readOptions(className, options, baseKinds, { others: own });
}

/** Static fields of a layer class that determine its class name in files. */
export interface LayerClassName {
  readonly className: string;
  readonly name: string;
}

/** Returns the class name of a layer in Keras; if the class defines none, its JavaScript name. */
export function classNameOf(layer: LayerClassName): string {
  return Object.hasOwn(layer, 'className') ? layer.className : layer.name;
}
