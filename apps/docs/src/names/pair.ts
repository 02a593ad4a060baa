/** A name of another library, the name in `manabi`, and how they differ. */
export type Pair = readonly [theirs: string, ours: string, difference?: string];

/** Tables of names, by title. */
export type PairTables = Readonly<Record<string, readonly Pair[]>>;
