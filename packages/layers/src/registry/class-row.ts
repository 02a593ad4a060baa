/** What a table knows of one of Keras's classes, beside how to make it. */
export interface ClassRow {
  /** Keras's name, under which files hold it: `MeanSquaredError`. */
  readonly className: string;
  /** Further names that users may give: `mse`. */
  readonly aliases?: readonly string[];
  /** Further names that versions of Keras have for the class in files: `AvgPool2D`. */
  readonly namesInFiles?: readonly string[];
  /** Keras's spelling of options where it is not ours in snake case: `{ beta1: 'beta_1' }`. */
  readonly spelling?: Readonly<Record<string, string>>;
  /** Whether the class is ours alone, so that files hold it as one of the user's. */
  readonly isOurs?: true;
}

/** A row whose class is there from the beginning. */
export interface MadeRow<T> extends ClassRow {
  readonly make: T;
}

/** A row whose class is downloaded when it is first used. */
export interface LoadedRow<T> extends ClassRow {
  readonly load: () => Promise<T>;
}

/** A row of either form. */
export type AnyRow<T> = MadeRow<T> | LoadedRow<T>;

/** Names of the functions that a module exports, and that return something. */
export type FactoryName<Exports, Made = unknown> = keyof {
  [K in keyof Exports as Exports[K] extends (...given: never[]) => Made ? K : never]: K;
};

/** A row for each function that a module exports, with the file that has it: one without a row is a type error. */
export type RowsInFiles<Exports, Name extends keyof Exports = FactoryName<Exports>, Row extends ClassRow = ClassRow> = {
  readonly [K in Name]: Row & { readonly load: () => Promise<Readonly<Record<K, Exports[K]>>> };
};

/** A row for each function that a module exports, with the function: one without a row is a type error. */
export type RowsInPlace<Exports, Name extends keyof Exports = FactoryName<Exports>> = {
  readonly [K in Name]: ClassRow & { readonly make: Exports[K] };
};

/** Rows that load what their files export under the names of the rows. */
/* @__NO_SIDE_EFFECTS__ */
export function rowsInFiles<T, Row extends ClassRow & { readonly load: () => Promise<object> }>(
  rows: Readonly<Record<string, Row>>,
): Readonly<Record<string, Omit<Row, 'load'> & LoadedRow<T>>> {
  return Object.fromEntries(
    Object.entries(rows).map(([name, row]) => [
      name,
      // What the export is, the types of the rows say, and the tests of the tables.
      { ...row, load: async () => Reflect.get(await row.load(), name) as T },
    ]),
  );
}
