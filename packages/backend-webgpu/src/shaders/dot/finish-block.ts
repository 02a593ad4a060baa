import type { Product } from './product.ts';

/** Largest size of the code that finishes a block without a loop; see `codeSize`. */
const LARGEST_UNROLLED = 512;

/** A block of results in variables. */
export interface ResultBlock {
  /** Names of the variables, vectors of four columns, by row. */
  readonly sums: readonly (readonly string[])[];
  /**
   * Position of the first row, and first column, which must be within the product, as u32 expressions without side
   * effects.
   */
  readonly row: string;
  readonly column: string;
}

/**
 * Returns statements that call the epilogue of a product for all results of a block that are within the product. A large
 * epilogue is called in a loop, because it would be repeated in the code for every result.
 */
export function finishBlock(product: Product, { sums, row, column }: ResultBlock): string[] {
  const { m, n, type, epilogue, left } = product;
  const { call, width, size } = epilogue;
  const vectors = sums[0].length;
  const [rows, columns] = [sums.length, 4 * vectors];
  const guarded = (r: string, c: string, value: string): string => {
    const guards = [...(m % rows === 0 ? [] : [`${r} < ${m}u`]), ...(n % columns === 0 ? [] : [`${c} < ${n}u`])];
    const finish = call(left.lineOf(r), c, value);
    return guards.length === 0 ? finish : `if (${guards.join(' && ')}) { ${finish} }`;
  };
  if (rows * columns * size > LARGEST_UNROLLED) {
    const across = columns / width;
    return [
      `var results = array<vec4<${type}>, ${rows * vectors}>(${sums.flat().join(', ')});`,
      `for (var i = 0u; i < ${rows * across}u; i++) {`,
      `let own_row = ${row} + i / ${across}u;`,
      `let own_column = ${column} + (i % ${across}u) * ${width}u;`,
      guarded('own_row', 'own_column', width === 1 ? 'results[i / 4u][i % 4u]' : 'results[i]'),
      '}',
    ];
  }
  return sums.flatMap((line, i) =>
    line.flatMap((sum, j) =>
      width === 1
        ? [0, 1, 2, 3].map((c) => guarded(`${row} + ${i}u`, `${column} + ${4 * j + c}u`, `${sum}[${c}]`))
        : [guarded(`${row} + ${i}u`, `${column} + ${4 * j}u`, sum)],
    ),
  );
}
