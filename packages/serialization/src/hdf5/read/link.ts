/** What a name in an HDF5 group refers to: an object, or a path (a soft link). */
export type Link =
  | { readonly kind: 'hard'; readonly address: number }
  /** A path relative to the group, or to the root if it starts with a slash. */
  | { readonly kind: 'soft'; readonly path: string }
  | { readonly kind: 'external'; readonly file: string };

/** Function that adds a link to a group. */
export type AddLink = (name: string, link: Link) => void;
