import { dtypeNames } from '@manabi/core';
import {
  anything,
  boolean,
  count,
  type Kind,
  type KindsOf,
  listOf,
  name,
  nullable,
  type OptionKinds,
  type OptionValues,
  oneOf,
  optional,
  readOptions,
} from '@manabi/errors';
import type { LayerOptions } from './layer-options.ts';
import type { PartialShape } from './nested.ts';
import { regularizerKind } from './regularizers/table.ts';

/** Shapes in which lengths that are not known are null. */
export const partialShape: Kind<PartialShape> = listOf(nullable(count));

/** Seeds of random numbers; null for none. */
export const seedKind: Kind<number | null> = nullable(count);

const baseKinds = {
  name: optional(name),
  trainable: optional(boolean, true),
  dtype: optional(oneOf(...dtypeNames), 'float32'),
  inputShape: optional(partialShape),
  batchShape: optional(nullable(partialShape)),
  activityRegularizer: optional(regularizerKind, null),
} satisfies KindsOf<LayerOptions>;

/** Stands for options that somebody else reads. */
const elsewhere = optional(anything());

const baseNames: OptionKinds = Object.fromEntries(Object.keys(baseKinds).map((option) => [option, elsewhere]));

/**
 * Reads the options that a class of layers has beside those of all layers: its config.
 *
 * @param layer the class whose constructor runs, `new.target`
 * @throws ManabiError `argument` for options that do not fit, and for unknown names
 * @example `super(options, readLayerOptions(new.target, options, kinds));`
 */
export function readLayerOptions<const Kinds extends OptionKinds>(
  layer: LayerClassName,
  options: unknown,
  kinds: Kinds,
): OptionValues<Kinds> {
  const values = readOptions(classNameOf(layer), options, { ...baseNames, ...kinds });
  const own = Object.entries(values).filter(([option]) => Object.hasOwn(kinds, option));
  // What is left are the options of `kinds`, which `filter` does not know.
  return Object.fromEntries(own) as OptionValues<Kinds>;
}

/**
 * Reads the options that all layers have.
 *
 * @param own names of the options that the class has beside them
 * @throws ManabiError `argument` for options that do not fit, and for unknown names
 */
export function readBaseOptions(
  className: string,
  options: unknown,
  own: readonly string[],
): OptionValues<typeof baseKinds> {
  const others = Object.fromEntries(own.map((option) => [option, elsewhere]));
  return readOptions(className, options, { ...others, ...baseKinds });
}

/** What is known of a class of layers before one is made. */
export interface LayerClassName {
  readonly className: string;
  readonly name: string;
}

/** Keras's class name of a layer; without one of its own, the name of the class. */
export function classNameOf(layer: LayerClassName): string {
  return Object.hasOwn(layer, 'className') ? layer.className : layer.name;
}
