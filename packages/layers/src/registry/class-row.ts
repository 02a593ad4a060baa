/** Table entry for a Keras class. */
export interface ClassRow {
  /** Class name in Keras and in files, such as `MeanSquaredError`. */
  readonly className: string;
  /** Additional names that users may pass, such as `mse`. */
  readonly aliases?: readonly string[];
  /** Additional class names in files of some Keras versions, such as `AvgPool2D`. */
  readonly namesInFiles?: readonly string[];
  /** Keras's names of options that differ from manabi's in snake case: `{ beta1: 'beta_1' }`. */
  readonly spelling?: Readonly<Record<string, string>>;
  /** True for a class that Keras does not have; Keras files then contain it as a custom class. */
  readonly notInKeras?: true;
}

/** A table entry that need not state the class name, if it is the entry's key with a capital letter. */
export type Unnamed<Row extends ClassRow> = Omit<Row, 'className'> & Partial<Pick<Row, 'className'>>;

/** A table entry whose class is loaded from the start. */
export interface MadeRow<T> extends ClassRow {
  readonly make: T;
}

/** A table entry whose class is loaded on first use. */
export interface LoadedRow<T> extends ClassRow {
  readonly load: () => Promise<T>;
}

/** A table entry whose class is loaded from the start or on first use. */
export type AnyRow<T> = MadeRow<T> | LoadedRow<T>;

/** Names of the functions exported by a module whose return value has a given type. */
export type FactoryName<Exports, Made = unknown> = keyof {
  [K in keyof Exports as Exports[K] extends (...given: never[]) => Made ? K : never]: K;
};

/**
 * A table with one entry, which names the file to load, for each factory function of a module. A missing entry is a
 * type error.
 */
export type RowsInFiles<Exports, Name extends keyof Exports = FactoryName<Exports>, Row extends object = ClassRow> = {
  readonly [K in Name]: Row & { readonly load: () => Promise<Readonly<Record<K, Exports[K]>>> };
};

/**
 * A table with one entry, which contains the function, for each factory function of a module. A missing entry is a type
 * error.
 */
export type RowsInPlace<Exports, Name extends keyof Exports = FactoryName<Exports>> = {
  readonly [K in Name]: ClassRow & { readonly make: Exports[K] };
};

/** Adds the class names that entries of a table do not state. */
/* @__NO_SIDE_EFFECTS__ */
export function named<Row extends Unnamed<ClassRow> & { readonly load: () => Promise<object> }>(
  rows: Readonly<Record<string, Row>>,
): Readonly<Record<string, Row & ClassRow>> {
  return Object.fromEntries(
    Object.entries(rows).map(([name, row]) => [name, { className: name[0].toUpperCase() + name.slice(1), ...row }]),
  );
}

/** Returns table entries that load a file on first use, and return the file's export of the same name as the entry. */
/* @__NO_SIDE_EFFECTS__ */
export function rowsInFiles<T, Row extends ClassRow & { readonly load: () => Promise<object> }>(
  rows: Readonly<Record<string, Row>>,
): Readonly<Record<string, Omit<Row, 'load'> & LoadedRow<T>>> {
  return Object.fromEntries(
    Object.entries(rows).map(([name, row]) => [
      name,
      // The type of the table and its tests guarantee that the export has this type.
      { ...row, load: async () => Reflect.get(await row.load(), name) as T },
    ]),
  );
}
