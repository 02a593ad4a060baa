/** Facts about a class of Keras in a table. */
export interface ClassRow {
  /** Class name in Keras and in files, such as `MeanSquaredError`. */
  readonly className: string;
  /** Additional names that users may pass, such as `mse`. */
  readonly aliases?: readonly string[];
  /** Additional class names in files of some Keras versions, such as `AvgPool2D`. */
  readonly namesInFiles?: readonly string[];
  /** Keras's names of options that differ from manabi's in snake case: `{ beta1: 'beta_1' }`. */
  readonly spelling?: Readonly<Record<string, string>>;
  /** Whether Keras lacks the class; files store it as a custom class. */
  readonly notInKeras?: true;
}

/** A row whose class is available from the start. */
export interface MadeRow<T> extends ClassRow {
  readonly make: T;
}

/** A row whose class is loaded on first use. */
export interface LoadedRow<T> extends ClassRow {
  readonly load: () => Promise<T>;
}

/** A row of either form. */
export type AnyRow<T> = MadeRow<T> | LoadedRow<T>;

/** Names of the functions that a module exports and that return a value of a type. */
export type FactoryName<Exports, Made = unknown> = keyof {
  [K in keyof Exports as Exports[K] extends (...given: never[]) => Made ? K : never]: K;
};

/** A row for each function that a module exports, with the file to load; a missing row is a type error. */
export type RowsInFiles<Exports, Name extends keyof Exports = FactoryName<Exports>, Row extends ClassRow = ClassRow> = {
  readonly [K in Name]: Row & { readonly load: () => Promise<Readonly<Record<K, Exports[K]>>> };
};

/** A row for each function that a module exports, with the function; a missing row is a type error. */
export type RowsInPlace<Exports, Name extends keyof Exports = FactoryName<Exports>> = {
  readonly [K in Name]: ClassRow & { readonly make: Exports[K] };
};

/** Returns rows that load, from the file of each row, the export with the row's name. */
/* @__NO_SIDE_EFFECTS__ */
export function rowsInFiles<T, Row extends ClassRow & { readonly load: () => Promise<object> }>(
  rows: Readonly<Record<string, Row>>,
): Readonly<Record<string, Omit<Row, 'load'> & LoadedRow<T>>> {
  return Object.fromEntries(
    Object.entries(rows).map(([name, row]) => [
      name,
      // The types of the rows, and the tests of the tables, ensure the type of the export.
      { ...row, load: async () => Reflect.get(await row.load(), name) as T },
    ]),
  );
}
