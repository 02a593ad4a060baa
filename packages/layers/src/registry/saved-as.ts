import { type Kind, type KindsOf, kind, objectOf, optional, readArgument, text } from '@manabi/errors';

/**
 * Metadata in a file about a layer, loss or the like. It has no effect here, and is written again when the object is
 * saved.
 */
export interface SavedAs {
  /**
   * Class name in the file, if it differs from manabi's, with the package of the Python registration: `Custom>Scale`.
   */
  readonly className?: string;
  /** Python module of the class. */
  readonly module?: string;
  /** Keras's dtype or dtype policy in the file, if it differs from manabi's dtype: `mixed_float16`, `int64`. */
  readonly dtype?: string;
}

const savedAsKind = objectOf({
  className: optional(text),
  module: optional(text),
  dtype: optional(text),
} satisfies KindsOf<SavedAs>);

/** Accepts layers, losses and the like. */
const thingKind: Kind<object> = kind(
  'an object or a function',
  (given): given is object => (typeof given === 'object' && given !== null) || typeof given === 'function',
);

const notes = new WeakMap<object, SavedAs>();

/**
 * Stores metadata from a file about a layer, loss or the like.
 *
 * @throws ManabiError `argument` for invalid values
 * @example
 * ```ts
 * import { noteSavedAs, savedAs } from '@manabi/layers/classes';
 * const layer = layers.flatten();
 * noteSavedAs(layer, { className: 'Custom>Flat' });
 * savedAs(layer); // => { className: 'Custom>Flat' }
 * ```
 */
export function noteSavedAs(thing: object, savedAs: SavedAs): void {
  readArgument('noteSavedAs', 'thing', thing, thingKind);
  notes.set(thing, readArgument('noteSavedAs', 'savedAs', savedAs, savedAsKind));
}

/**
 * Returns the metadata stored by `noteSavedAs` about a layer, loss or the like; `{}` without metadata.
 *
 * @example
 * ```ts
 * import { savedAs } from '@manabi/layers/classes';
 * savedAs(layers.flatten()); // => {}
 * ```
 */
export function savedAs(thing: object): SavedAs {
  return notes.get(readArgument('savedAs', 'thing', thing, thingKind)) ?? {};
}
