/** What a file says of a layer, loss, or the like, that changes nothing here; it is written again with the next file. */
export interface SavedAs {
  /** The class, where the file has another name than ours: with its package, as Python registered it, `Custom>Scale`. */
  readonly className?: string;
  /** The module of Python that it is in. */
  readonly module?: string;
  /** Keras's dtype, or its policy, where ours is another one: `mixed_float16`, `int64`. */
  readonly dtype?: string;
}

const notes = new WeakMap<object, SavedAs>();

/** Notes what a file says of a thing. */
export function noteSavedAs(thing: object, savedAs: SavedAs): void {
  notes.set(thing, savedAs);
}

/** What a file said of a thing; nothing for those that come from none. */
export function savedAs(thing: object): SavedAs {
  return notes.get(thing) ?? {};
}
