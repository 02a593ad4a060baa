/** A column of numbers. */
export interface NumberColumn {
  readonly name: string;
  readonly kind: 'number';
  /** Mean of the training data, which replaces missing values, and standard deviation. Both scale the values. */
  readonly mean: number;
  readonly deviation: number;
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

/** A column from which a network predicts. */
export type TableColumn = NumberColumn | CategoryColumn;

/** Checks the columns in the metadata of a file; returns null for other values. */
export function readColumns(value: unknown): readonly TableColumn[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const columns = value.map(readColumn);
  return columns.every((column) => column !== null) ? columns : null;
}

function readColumn(value: unknown): TableColumn | null {
  if (typeof value !== 'object' || value === null) return null;
  const { name, kind, mean, deviation, hasMissing, values }: Record<string, unknown> = { ...value };
  if (typeof name !== 'string') return null;
  const isNumber = kind === 'number' && typeof hasMissing === 'boolean';
  if (isNumber && typeof mean === 'number' && typeof deviation === 'number' && deviation > 0) {
    return { name, kind, mean, deviation, hasMissing };
  }
  const isTexts = Array.isArray(values) && values.every((each): each is string => typeof each === 'string');
  return kind === 'category' && isTexts ? { name, kind, values } : null;
}
