/** What a name in a group stands for. */
export type Link =
  | { readonly kind: 'hard'; readonly address: number }
  /** A path from the group, or from the root where it begins with a slash. */
  | { readonly kind: 'soft'; readonly path: string }
  | { readonly kind: 'external'; readonly file: string };

/** Adds a link to those of a group. */
export type AddLink = (name: string, link: Link) => void;
