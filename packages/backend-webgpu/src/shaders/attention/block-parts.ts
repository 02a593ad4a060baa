import { each } from '../each.ts';
import type { AttentionBlock } from './attention-division.ts';
import type { OperandCode } from './attention-operand.ts';

/** A matrix of which blocks compute products. */
export interface BlockSide {
  readonly operand: OperandCode;
  /** Name of the variable for the index of its first element. */
  readonly start: string;
}

/** Code for the rows that a block visits: `at` is their number, at most that of the last row. */
export interface BlockVisits {
  readonly at: (j: string) => string;
  /** Returns `given` for rows before the end, otherwise `zero`. */
  readonly ifInside: (j: string, zero: string, given: string) => string;
}

/**
 * Describes visits of `columns` rows at a time, from the variable `first` on.
 *
 * @param begin expression for the first row
 */
export function blockVisits(count: number, columns: number, begin: string): BlockVisits {
  const isWhole = begin === '0u' && count % columns === 0;
  return {
    at: (j) => (isWhole ? `first + ${j}` : `min(first + ${j}, ${count - 1}u)`),
    ifInside: (j, zero, given) => (isWhole ? given : `select(${zero}, ${given}, first + ${j} < ${count}u)`),
  };
}

/** Returns a function that writes a statement for each of the invocation's rows and each visited row. */
export const blockGrid =
  (rows: number, columns: number) =>
  (write: (i: number, j: number) => string): string[] =>
    each(rows, (i) => each(columns, (j) => write(i, j))).flat();

/** Returns code for the rows of an invocation: the first one, and `row0` to the last one, which are at most the last row of all. */
export const blockRow = (
  count: number,
  { rows, lanes, groupsPerBatch }: Omit<AttentionBlock, 'kind' | 'columns'>,
): readonly string[] => [
  // Compilers unroll loops with constant bounds, and then take many times as long.
  'let one = min(count.x, 1u);',
  `let first_row = ((group % ${groupsPerBatch}u) * ${lanes}u + lane) * ${rows}u;`,
  `if (first_row >= ${count}u) { return; }`,
  ...each(rows, (i) => `let row${i} = min(first_row + ${i}u, ${count - 1}u);`),
];

/** Returns code that multiplies the rows `row0`, … of `own` by the rows `column0`, … of `visited`: `name_0_0`, …. */
export const blockProducts = (
  name: string,
  features: number,
  rows: number,
  columns: number,
  own: BlockSide,
  visited: BlockSide,
): readonly string[] => [
  ...blockGrid(rows, columns)((i, j) => `var ${name}_${i}_${j} = 0f;`),
  `for (var d = 0u; d < ${Math.ceil(features / 4)}u; d++) {`,
  ...each(rows, (i) => `let x${i} = ${own.operand.vector(own.start, `row${i}`, 'd')};`),
  ...each(columns, (j) => `let y${j} = ${visited.operand.vector(visited.start, `column${j}`, 'd')};`),
  ...blockGrid(rows, columns)((i, j) => `${name}_${i}_${j} += dot(x${i}, y${j});`),
  '}',
];

/**
 * Returns code that adds the visited rows of a matrix, times the variables `p_0_0`, …, to the sums of the rows of an invocation.
 *
 * @param factor returns a factor of the earlier sum of row i, or nothing
 */
export const blockSums = (
  sums: string,
  width: number,
  rows: number,
  columns: number,
  visited: BlockSide,
  visits: BlockVisits,
  factor: (i: number) => string,
): readonly string[] => [
  `for (var v = 0u; v < ${Math.ceil(width / 4)}u * one; v++) {`,
  // A weight of 0 does not remove elements that are NaN or infinite.
  ...each(columns, (j) => {
    const loaded = visited.operand.vector(visited.start, `column${j}`, 'v');
    return `let y${j} = ${visits.ifInside(`${j}u`, 'vec4<f32>()', loaded)};`;
  }),
  ...each(rows, (i) => {
    const products = each(columns, (j) => `p_${i}_${j} * y${j}`).join(' + ');
    const sum = `${sums}[v * ${rows}u + ${i}u]`;
    return `${sum} = ${sum}${factor(i)} + (${products});`;
  }),
  '}',
];
