/** Table entry of a Keras class. */
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

/** An entry whose class is available from the start. */
export interface MadeRow<T> extends ClassRow {
  readonly make: T;
}

/** An entry whose class is loaded on first use. */
export interface LoadedRow<T> extends ClassRow {
  readonly load: () => Promise<T>;
}

/** An entry of either form. */
export type AnyRow<T> = MadeRow<T> | LoadedRow<T>;

/** Names of the functions that a module exports and that return a value of a type. */
export type FactoryName<Exports, Made = unknown> = keyof {
  [K in keyof Exports as Exports[K] extends (...given: never[]) => Made ? K : never]: K;
};

/** An entry for each function that a module exports, with the file to load; a missing entry is a type error. */
export type RowsInFiles<Exports, Name extends keyof Exports = FactoryName<Exports>, Row extends ClassRow = ClassRow> = {
  readonly [K in Name]: Row & { readonly load: () => Promise<Readonly<Record<K, Exports[K]>>> };
};

/** An entry for each function that a module exports, with the function; a missing entry is a type error. */
export type RowsInPlace<Exports, Name extends keyof Exports = FactoryName<Exports>> = {
  readonly [K in Name]: ClassRow & { readonly make: Exports[K] };
};

/** Returns entries that load the export of the same name from the file of each entry. */
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
