/** A row of the table of floors: the packages that one package may import. */
export interface Row {
  /**
   * Packages that the package may import, named without scope. `product` means every published package, `everything`
   * every package.
   */
  readonly imports: readonly string[] | 'product' | 'everything';
  /** Further packages that only `*.test.ts`, `*.child.ts` and `*.fixture.ts` files may import, besides `testing`. */
  readonly tests?: readonly string[];
  /** Third-party packages that the build bundles into the package. They are devDependencies, so users do not install them. */
  readonly bundles?: readonly string[];
  /** Apps whose entry points the app may import. */
  readonly apps?: readonly string[];
  /** Whether the package is not published. */
  readonly private?: true;
}

/**
 * The table of floors, which are the levels of the package hierarchy: one row per package, with the packages that it
 * may import. All other imports are errors, and so is a package without a row. To allow an import, change this table.
 */
export const table: Readonly<Record<string, Row>> = {
  // floor 0
  errors: { imports: [] },
  ir: { imports: ['errors'] },
  files: { imports: ['errors'] },
  mnist: { imports: [] },
  // floor 1
  compiler: { imports: ['errors', 'ir'] },
  onnx: { imports: ['errors', 'ir', 'files'] },
  core: { imports: ['errors', 'ir'], tests: ['backend-cpu'] },
  data: { imports: ['errors', 'ir', 'files'] },
  text: { imports: ['errors', 'ir', 'files'] },
  // floor 2
  'kernel-testing': { imports: ['ir', 'compiler'], private: true },
  'backend-cpu': { imports: ['errors', 'ir', 'compiler'], tests: ['kernel-testing'] },
  'backend-webgpu': { imports: ['errors', 'ir', 'compiler'], tests: ['kernel-testing'] },
  'backend-onnxruntime': { imports: ['errors', 'ir', 'onnx'], tests: ['backend-cpu'] },
  optimizers: { imports: ['errors', 'core'], tests: ['backend-cpu'] },
  datasets: { imports: ['errors', 'ir', 'data', 'files', 'mnist'] },
  // floor 3
  layers: { imports: ['errors', 'core', 'optimizers', 'data', 'text'], tests: ['backend-cpu'] },
  // floor 4
  serialization: { imports: ['errors', 'ir', 'core', 'data', 'optimizers', 'layers', 'files'], tests: ['backend-cpu'] },
  // floor 5
  applications: { imports: ['errors', 'core', 'files', 'layers', 'serialization'], tests: ['backend-cpu', 'ir'] },
  serve: { imports: ['errors', 'ir', 'core', 'files', 'layers', 'onnx', 'serialization'], tests: ['backend-cpu'] },
  dashboard: { imports: ['errors', 'core', 'files', 'layers'], tests: ['backend-cpu'] },
  // floor 6: the façade, which has no scope
  manabi: { imports: 'product' },
  // without a floor
  cli: { imports: 'product' },
  // without a scope, because `npm create manabi` runs it
  'create-manabi': { imports: [], bundles: ['@clack/prompts'] },
  testing: { imports: [], private: true },
  conformance: { imports: 'everything', private: true },
};

/** Row of all apps and examples, which may import every published package; no package may import an app or example. */
export const programRow: Row = { imports: 'product', private: true };

/** Rows of apps that import other apps. */
export const appRows: Readonly<Record<string, Row>> = {
  // Its page of benchmarks shows results, and runs the benchmarks of manabi.
  docs: { ...programRow, apps: ['bench'] },
};

/**
 * Returns the packages, named without scope, that a row allows to import.
 *
 * @param row row of the importing package
 * @param inTest whether the import is in a test, or the dependency is a devDependency
 * @param rows table that contains the published packages
 */
export function allowedBy(row: Row, inTest: boolean, rows: Readonly<Record<string, Row>> = table): ReadonlySet<string> {
  const names = Object.keys(rows);
  const imports =
    row.imports === 'everything'
      ? names
      : row.imports === 'product'
        ? names.filter((name) => !rows[name].private)
        : row.imports;
  const all = [...imports, ...(row.apps ?? [])];
  return new Set(inTest ? [...all, ...(row.tests ?? []), 'testing'] : all);
}
