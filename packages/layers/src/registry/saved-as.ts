import { type Kind, type KindsOf, kind, objectOf, optional, readArgument, text } from '@manabi/errors';

/**
 * Metadata about a layer, loss or similar object that was read from a file. It has no effect on computations, and is
 * written again when the object is saved.
 */
export interface SavedAs {
  /**
   * Class name in the file, if it differs from manabi's, with the package of the Python registration: `Custom>Scale`.
   */
  readonly className?: string;
  /** Python module of the class. */
  readonly module?: string;
  /** Keras's dtype or dtype policy in the file, such as `mixed_bfloat16` or `int64`, if manabi uses another dtype. */
  readonly dtype?: string;
}

const savedAsKind = objectOf({
  className: optional(text),
  module: optional(text),
  dtype: optional(text),
} satisfies KindsOf<SavedAs>);

/** Validates an argument that must be a layer, loss or similar object. */
const thingKind: Kind<object> = kind(
  'an object or a function',
  (given): given is object => (typeof given === 'object' && given !== null) || typeof given === 'function',
);

const notes = new WeakMap<object, SavedAs>();

/**
 * Stores metadata from a file for a layer, loss or similar object.
 *
 * @throws ManabiError `argument` for invalid values
 * @example
 * ```ts
 * import { noteSavedAs, savedAs } from '@manabi/layers/classes';
 * import { layers } from 'manabi';
 *
 * const layer = layers.flatten();
 * noteSavedAs(layer, { className: 'Custom>Flat' });
 * console.log(savedAs(layer)); // { className: 'Custom>Flat' }
 * ```
 */
export function noteSavedAs(thing: object, savedAs: SavedAs): void {
  readArgument('noteSavedAs', 'thing', thing, thingKind);
  notes.set(thing, readArgument('noteSavedAs', 'savedAs', savedAs, savedAsKind));
}

/**
 * Returns the metadata that `noteSavedAs` stored for an object; `{}` if there is none.
 *
 * @example
 * ```ts
 * import { savedAs } from '@manabi/layers/classes';
 * import { layers } from 'manabi';
 *
 * console.log(savedAs(layers.flatten())); // {}
 * ```
 */
export function savedAs(thing: object): SavedAs {
  return notes.get(readArgument('savedAs', 'thing', thing, thingKind)) ?? {};
}
