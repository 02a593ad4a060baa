/** What a package may import, and what its tests may import on top of that. */
export interface Row {
  /** Names without scope; `product` means every package that is published. */
  readonly imports: readonly string[] | 'product' | 'everything';
  /** Further packages for `*.test.ts`, `*.child.ts` and `*.fixture.ts` files alone; `testing` always is. */
  readonly tests?: readonly string[];
  /** A package that only this repository uses. */
  readonly private?: true;
}

/**
 * The table of floors: one row a package, floor by floor. An import that is not in here is a breach, and so is a
 * package without a row. Changing an arrow means changing this table, in the open.
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
  // floor 2
  'backend-cpu': { imports: ['errors', 'ir', 'compiler'] },
  'backend-webgpu': { imports: ['ir', 'compiler'] },
  'backend-onnxruntime': { imports: ['ir', 'onnx'] },
  optimizers: { imports: ['errors', 'core'], tests: ['backend-cpu'] },
  datasets: { imports: ['errors', 'ir', 'data', 'files', 'mnist'] },
  // floor 3
  layers: { imports: ['errors', 'core', 'optimizers', 'data'], tests: ['backend-cpu'] },
  // floor 4
  serialization: { imports: ['errors', 'ir', 'core', 'optimizers', 'layers', 'files'], tests: ['backend-cpu', 'data'] },
  // floor 5
  applications: { imports: ['layers', 'serialization'] },
  // floor 6: the façade, the only package without a scope
  manabi: { imports: 'product' },
  // beside the floors
  cli: { imports: 'product' },
  testing: { imports: [], private: true },
  conformance: { imports: 'everything', private: true },
};

/** Apps and examples stand on top: they may use every published package, and nobody may import them. */
export const programRow: Row = { imports: 'product', private: true };

/**
 * Names without scope of what a row allows.
 *
 * @param row the importing package's row
 * @param inTest whether the importing file is a test, or the dependency one for development
 * @param rows the table to look published packages up in
 */
export function allowedBy(row: Row, inTest: boolean, rows: Readonly<Record<string, Row>> = table): ReadonlySet<string> {
  const names = Object.keys(rows);
  const imports =
    row.imports === 'everything'
      ? names
      : row.imports === 'product'
        ? names.filter((name) => !rows[name].private)
        : row.imports;
  return new Set(inTest ? [...imports, ...(row.tests ?? []), 'testing'] : imports);
}
