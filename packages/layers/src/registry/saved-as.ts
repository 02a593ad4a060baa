import { type Kind, type KindsOf, kind, objectOf, optional, readArgument, text } from '@manabi/errors';

/** What a file says of a layer, loss, or the like, that changes nothing here; it is written again with the next file. */
export interface SavedAs {
  /** The class, where the file has another name than ours: with its package, as Python registered it, `Custom>Scale`. */
  readonly className?: string;
  /** The module of Python that it is in. */
  readonly module?: string;
  /** Keras's dtype, or its policy, where ours is another one: `mixed_float16`, `int64`. */
  readonly dtype?: string;
}

const savedAsKind = objectOf({
  className: optional(text),
  module: optional(text),
  dtype: optional(text),
} satisfies KindsOf<SavedAs>);

/** The kind of layers, losses and the like. */
const thingKind: Kind<object> = kind(
  'an object or a function',
  (given): given is object => (typeof given === 'object' && given !== null) || typeof given === 'function',
);

const notes = new WeakMap<object, SavedAs>();

/** Notes what a file says of a layer, loss, or the like. */
export function noteSavedAs(thing: object, savedAs: SavedAs): void {
  readArgument('noteSavedAs', 'thing', thing, thingKind);
  notes.set(thing, readArgument('noteSavedAs', 'savedAs', savedAs, savedAsKind));
}

/** Returns what a file said of a layer, loss, or the like; `{}` for those that come from no file. */
export function savedAs(thing: object): SavedAs {
  return notes.get(readArgument('savedAs', 'thing', thing, thingKind)) ?? {};
}
