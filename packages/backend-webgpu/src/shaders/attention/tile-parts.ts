import { each } from '../each.ts';
import { TILE } from './attention-division.ts';
import type { OperandCode } from './attention-operand.ts';

/** An invocation computes the products of 4 adjacent rows, one in each component of vectors, and 4 visited rows. */
export const EACH = 4;

/** Invocations of a workgroup along the rows and along the visited rows of a tile, and along the vectors of results. */
export const ACROSS = TILE / EACH;

/** Invocations of a workgroup. */
export const LANES = ACROSS * ACROSS;

/** Number of vectors of four features that are in workgroup memory at a time. */
const DEPTH = 4;

/** Vectors between rows of a tile in workgroup memory: one more than needed, so that lanes access different banks. */
const PITCH = DEPTH + 1;

/** Largest number of vectors in the tile of visited rows that are summed. */
const SUMMED_VECTORS = 256;

/** Rows of a matrix, of which a tile holds `TILE`. */
export interface TileSide {
  readonly operand: OperandCode;
  /** Name of the variable for the index of the first element of the matrix. */
  readonly start: string;
  /** Name of the variable for the first row of the tile. */
  readonly first: string;
  /** Number of rows of the matrix. */
  readonly rows: number;
}

/** Returns the declarations of the workgroup memory that the code below uses: 13 KiB of the 16 KiB that every device has. */
export const tileMemory = (width: number): readonly string[] => [
  `var<workgroup> own_tile: array<vec4<f32>, ${TILE * PITCH}>;`,
  `var<workgroup> visited_tile: array<vec4<f32>, ${TILE * PITCH}>;`,
  `var<workgroup> summed_tile: array<vec4<f32>, ${Math.max(SUMMED_VECTORS, summedRow(width))}>;`,
  // Scores, then weights, of the rows of an invocation: at visited row · ACROSS + down.
  `var<workgroup> weights: array<vec4<f32>, ${TILE * ACROSS}>;`,
];

/** Number of vectors of an invocation in each row of its results: `across`, `across` + ACROSS, …. */
export const vectorsOf = (width: number): number => Math.ceil(Math.ceil(width / 4) / ACROSS);

const summedRow = (width: number): number => vectorsOf(width) * ACROSS;

/** Returns code for the place of an invocation in its workgroup, and its first row. */
export const tileRow: readonly string[] = [
  `let down = lane / ${ACROSS}u;`,
  `let across = lane % ${ACROSS}u;`,
  `let row = first_row + ${EACH}u * down;`,
];

/** Returns a statement for each of the invocation's rows and visited rows. */
const tileGrid = (write: (i: number, j: number) => string): string[] =>
  each(EACH, (i) => each(EACH, (j) => write(i, j))).flat();

/** Returns code that multiplies the rows of two tiles: `name_0_0`, …. Ends with a barrier. */
export function tileProducts(name: string, features: number, own: TileSide, visited: TileSide): readonly string[] {
  const depth = Math.ceil(features / 4);
  return [
    ...tileGrid((i, j) => `var ${name}_${i}_${j} = 0f;`),
    `for (var start = 0u; start < ${depth}u; start += ${DEPTH}u) {`,
    ...tileLoad('own_tile', own, depth),
    ...tileLoad('visited_tile', visited, depth),
    'workgroupBarrier();',
    `for (var d = 0u; d < ${DEPTH}u; d++) {`,
    ...each(EACH, (i) => `let x${i} = own_tile[(${EACH}u * down + ${i}u) * ${PITCH}u + d];`),
    ...each(EACH, (j) => `let y${j} = visited_tile[(across + ${j * ACROSS}u) * ${PITCH}u + d];`),
    ...tileGrid((i, j) => `${name}_${i}_${j} += dot(x${i}, y${j});`),
    '}',
    'workgroupBarrier();',
    '}',
  ];
}

/** Returns a statement that shares what an invocation computed for its rows and visited row j, in a vector. */
export const shareWeights = (j: number, value: string): string =>
  `weights[(across + ${j * ACROSS}u) * ${ACROSS}u + down] = ${value};`;

/** Returns declarations of sums of rows; see `tileSums`. */
export const declareSums = (name: string, width: number): readonly string[] =>
  each(EACH, (i) => each(vectorsOf(width), (v) => `var ${name}_${i}_${v} = vec4<f32>();`)).flat();

/**
 * Returns code that adds the visited rows of a matrix, times the weights that were shared, to the sums of the rows of an
 * invocation: `name_0_0`, …. Starts with a barrier before the weights are read, and ends with a barrier.
 */
export function tileSums(name: string, width: number, { operand, start, first, rows }: TileSide): readonly string[] {
  const row = summedRow(width);
  const count = Math.min(TILE, 2 ** Math.floor(Math.log2(SUMMED_VECTORS / row)));
  const loaded = operand.vector(start, `min(visited, ${rows - 1}u)`, 'vector');
  return [
    `for (var start = 0u; start < ${TILE}u; start += ${count}u) {`,
    `for (var i = lane; i < ${count * row}u; i += ${LANES}u) {`,
    `let visited = ${first} + start + i / ${row}u;`,
    `let vector = min(i % ${row}u, ${Math.ceil(width / 4) - 1}u);`,
    `let loaded = ${loaded};`,
    // A weight of 0 does not remove elements that are NaN or infinite.
    `summed_tile[i] = ${rows % TILE === 0 ? 'loaded' : `select(vec4<f32>(), loaded, visited < ${rows}u)`};`,
    '}',
    'workgroupBarrier();',
    `for (var k = 0u; k < ${count}u; k++) {`,
    `let weight = weights[(start + k) * ${ACROSS}u + down];`,
    ...each(vectorsOf(width), (v) => [
      `let y${v} = summed_tile[k * ${row}u + across + ${v * ACROSS}u];`,
      ...each(EACH, (i) => `${name}_${i}_${v} += weight[${i}] * y${v};`),
    ]).flat(),
    '}',
    'workgroupBarrier();',
    '}',
  ];
}

/** Returns code that stores the vectors of a row; `store` returns statements for the vector at an index. */
export const storeSums = (width: number, store: (v: number, vector: string) => readonly string[]): readonly string[] =>
  each(vectorsOf(width), (v) => {
    const vector = `across + ${v * ACROSS}u`;
    return [`if (${vector} < ${Math.ceil(width / 4)}u) {`, ...store(v, `(${vector})`), '}'];
  }).flat();

/** Returns code that copies vectors `start` to `start` + DEPTH - 1 of each row of a tile; missing vectors are zero. */
function tileLoad(tile: string, { operand, start, first, rows }: TileSide, depth: number): readonly string[] {
  const loaded = operand.vector(start, `min(${first} + i / ${DEPTH}u, ${rows - 1}u)`, `min(vector, ${depth - 1}u)`);
  return [
    `for (var i = lane; i < ${TILE * DEPTH}u; i += ${LANES}u) {`,
    `let vector = start + i % ${DEPTH}u;`,
    `let loaded = ${loaded};`,
    `${tile}[(i / ${DEPTH}u) * ${PITCH}u + i % ${DEPTH}u] = ${
      depth % DEPTH === 0 ? 'loaded' : `select(vec4<f32>(), loaded, vector < ${depth}u)`
    };`,
    '}',
  ];
}
