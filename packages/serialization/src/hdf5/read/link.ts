/** Target of a name in a group. */
export type Link =
  | { readonly kind: 'hard'; readonly address: number }
  /** A path relative to the group, or to the root if it starts with a slash. */
  | { readonly kind: 'soft'; readonly path: string }
  | { readonly kind: 'external'; readonly file: string };

/** Adds a link to those of a group. */
export type AddLink = (name: string, link: Link) => void;
