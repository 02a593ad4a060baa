/** A column of numbers. */
export interface NumberColumn {
  readonly name: string;
  readonly kind: 'number';
  /** Value for missing cells: the mean of the training data. */
  readonly mean: number;
  /** Whether a second input states that the cell is missing. */
  readonly hasMissing: boolean;
}

/** A column of texts, with an input for each. */
export interface CategoryColumn {
  readonly name: string;
  readonly kind: 'category';
  /** The texts of the training data; an empty text stands for missing cells. */
  readonly values: readonly string[];
}

/** Checks the columns in the metadata of a file; returns null for other values. */
export function readColumns(value: unknown): readonly (NumberColumn | CategoryColumn)[] | null {
  if (!Array.isArray(value)) return null;
  const columns = value.map(readColumn);
  return columns.every((column) => column !== null) ? columns : null;
}

function readColumn(value: unknown): NumberColumn | CategoryColumn | null {
  if (typeof value !== 'object' || value === null) return null;
  const { name, kind, mean, hasMissing, values }: Record<string, unknown> = { ...value };
  if (typeof name !== 'string') return null;
  if (kind === 'number' && typeof mean === 'number' && typeof hasMissing === 'boolean') {
    return { name, kind, mean, hasMissing };
  }
  const isTexts = Array.isArray(values) && values.every((each): each is string => typeof each === 'string');
  return kind === 'category' && isTexts ? { name, kind, values } : null;
}
