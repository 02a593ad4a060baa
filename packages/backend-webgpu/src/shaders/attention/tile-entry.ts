import { each } from '../each.ts';
import type { EntryPoint } from '../entry-point.ts';
import { type AttentionCode, visitedKeys } from './attention-code.ts';
import { type AttentionTile, TILE } from './attention-division.ts';
import type { OperandCode } from './attention-operand.ts';

/** An invocation computes the scores of 4 adjacent queries, one in each component of vectors, and 4 keys. */
const EACH = 4;

/** Invocations of a workgroup along the queries and along the keys of a tile, and along the vectors of results. */
const ACROSS = TILE / EACH;

const LANES = ACROSS * ACROSS;

/** Number of vectors of four features of the queries and keys that are in workgroup memory at a time. */
const DEPTH = 4;

/** Vectors between rows of a tile in workgroup memory: one more than needed, so that lanes access different banks. */
const PITCH = DEPTH + 1;

/** Largest number of vectors in the tile of values. */
const VALUE_VECTORS = 256;

/**
 * Returns code in which each workgroup averages the values for a tile of queries. It visits tiles of keys; for each, the
 * invocations compute scores, share the largest ones and the weights in workgroup memory, and then average the values in
 * registers. Takes 14 KiB of workgroup memory, of the 16 KiB that every device has.
 */
export function tileEntry(code: AttentionCode, { groupsPerBatch }: AttentionTile): EntryPoint {
  const { attributes, batches, query, key, value, exp, lowest } = code;
  const { queries, keys, features, width } = attributes;
  const depth = Math.ceil(features / 4);
  const widthVectors = Math.ceil(width / 4);
  // Invocation (down, across) averages the vectors `across`, `across` + ACROSS, … of its rows.
  const vectors = Math.ceil(widthVectors / ACROSS);
  const valueRow = vectors * ACROSS;
  const valueKeys = Math.min(TILE, 2 ** Math.floor(Math.log2(VALUE_VECTORS / valueRow)));
  const exps = (of: string): string => `vec4<f32>(${each(EACH, (i) => `${exp}(${of}[${i}])`).join(', ')})`;
  const grid = (write: (i: number, j: number) => string): string[] =>
    each(EACH, (i) => each(EACH, (j) => write(i, j))).flat();
  const rowAt = (i: number): string => `min(row + ${i}u, ${queries - 1}u)`;
  return {
    name: 'attention',
    lanes: LANES,
    groups: batches * groupsPerBatch,
    shared: [
      `var<workgroup> query_tile: array<vec4<f32>, ${TILE * PITCH}>;`,
      `var<workgroup> key_tile: array<vec4<f32>, ${TILE * PITCH}>;`,
      `var<workgroup> value_tile: array<vec4<f32>, ${valueKeys * valueRow}>;`,
      // Scores, then weights, of the rows of an invocation: at key · ACROSS + down.
      `var<workgroup> weights: array<vec4<f32>, ${TILE * ACROSS}>;`,
      `var<workgroup> shares: array<vec4<f32>, ${LANES}>;`,
    ],
    body: [
      `let batch = group / ${groupsPerBatch}u;`,
      ...code.batchCode('batch'),
      `let first_row = (group % ${groupsPerBatch}u) * ${TILE}u;`,
      `let down = lane / ${ACROSS}u;`,
      `let across = lane % ${ACROSS}u;`,
      `let row = first_row + ${EACH}u * down;`,
      `var largest = vec4<f32>(${lowest});`,
      'var sum = vec4<f32>();',
      ...each(EACH, (i) => each(vectors, (v) => `var y_${i}_${v} = vec4<f32>();`)).flat(),
      `let end = ${visitedKeys(attributes, `first_row + ${TILE}u`)};`,
      `for (var first = 0u; first < end; first += ${TILE}u) {`,
      ...grid((i, j) => `var s_${i}_${j} = 0f;`),
      `for (var start = 0u; start < ${depth}u; start += ${DEPTH}u) {`,
      ...tileLoad('query_tile', query, 'query_start', { first: 'first_row', rows: queries, depth }),
      ...tileLoad('key_tile', key, 'key_start', { first: 'first', rows: keys, depth }),
      'workgroupBarrier();',
      `for (var d = 0u; d < ${DEPTH}u; d++) {`,
      ...each(EACH, (i) => `let q${i} = query_tile[(${EACH}u * down + ${i}u) * ${PITCH}u + d];`),
      ...each(EACH, (j) => `let k${j} = key_tile[(across + ${j * ACROSS}u) * ${PITCH}u + d];`),
      ...grid((i, j) => `s_${i}_${j} += dot(q${i}, k${j});`),
      '}',
      'workgroupBarrier();',
      '}',
      ...each(EACH, (j) => {
        const scores = each(EACH, (i) => `s_${i}_${j}`).join(', ');
        return `weights[(across + ${j * ACROSS}u) * ${ACROSS}u + down] = vec4<f32>(${scores});`;
      }),
      'var top = largest;',
      ...forOwnKeys([
        // Keys past the end repeat the last one, which changes no maximum; their weights are 0.
        `let column = min(first + j, ${keys - 1}u);`,
        'var scores = weights[own];',
        ...each(EACH, (i) => [
          `var score${i} = scores[${i}];`,
          ...code.finishScore(`score${i}`, rowAt(i), 'column'),
        ]).flat(),
        `scores = vec4<f32>(${each(EACH, (i) => `score${i}`).join(', ')});`,
        'weights[own] = scores;',
        'top = max(top, scores);',
      ]),
      'shares[lane] = top;',
      'workgroupBarrier();',
      `for (var c = 0u; c < ${ACROSS}u; c++) { top = max(top, shares[down * ${ACROSS}u + c]); }`,
      `let shift = select(top, vec4<f32>(), top == vec4<f32>(${lowest}));`,
      'let fall = largest - shift;',
      `let factor = ${exps('fall')};`,
      'largest = top;',
      'sum *= factor;',
      ...forOwnKeys([
        'let scores = weights[own] - shift;',
        `let weight = ${keys % TILE === 0 ? exps('scores') : `select(vec4<f32>(), ${exps('scores')}, first + j < ${keys}u)`};`,
        'weights[own] = weight;',
        'sum += weight;',
      ]),
      ...each(EACH, (i) => each(vectors, (v) => `y_${i}_${v} *= factor[${i}];`)).flat(),
      `for (var start = 0u; start < ${TILE}u; start += ${valueKeys}u) {`,
      `for (var i = lane; i < ${valueKeys * valueRow}u; i += ${LANES}u) {`,
      `let column = first + start + i / ${valueRow}u;`,
      `let vector = min(i % ${valueRow}u, ${widthVectors - 1}u);`,
      `let loaded = ${value.vector('value_start', `min(column, ${keys - 1}u)`, 'vector')};`,
      // A weight of 0 does not remove values that are NaN or infinite.
      `value_tile[i] = ${keys % TILE === 0 ? 'loaded' : `select(vec4<f32>(), loaded, column < ${keys}u)`};`,
      '}',
      'workgroupBarrier();',
      `for (var k = 0u; k < ${valueKeys}u; k++) {`,
      `let weight = weights[(start + k) * ${ACROSS}u + down];`,
      ...each(vectors, (v) => [
        `let v${v} = value_tile[k * ${valueRow}u + across + ${v * ACROSS}u];`,
        ...each(EACH, (i) => `y_${i}_${v} += weight[${i}] * v${v};`),
      ]).flat(),
      '}',
      'workgroupBarrier();',
      '}',
      '}',
      'shares[lane] = sum;',
      'workgroupBarrier();',
      `sum = ${each(ACROSS, (c) => `shares[down * ${ACROSS}u + ${c}u]`).join(' + ')};`,
      ...each(EACH, (i) => [
        `if (row + ${i}u < ${queries}u) {`,
        ...each(vectors, (v) => {
          const vector = `across + ${v * ACROSS}u`;
          const stores = code.store('batch', `(row + ${i}u)`, `(${vector})`, `(y_${i}_${v} / sum[${i}])`);
          return [`if (${vector} < ${widthVectors}u) {`, ...stores, '}'];
        }).flat(),
        '}',
      ]).flat(),
    ],
  };
}

/** Returns a loop over the keys `j` of an invocation in the tile; `own` is the index of the weights of its rows. */
const forOwnKeys = (statements: readonly string[]): readonly string[] => [
  `for (var j = across; j < ${TILE}u; j += ${ACROSS}u) {`,
  `let own = j * ${ACROSS}u + down;`,
  ...statements,
  '}',
];

/** Returns code that copies vectors `start` to `start` + DEPTH - 1 of each row of a tile; missing vectors are zero. */
function tileLoad(
  tile: string,
  operand: OperandCode,
  begin: string,
  { first, rows, depth }: { readonly first: string; readonly rows: number; readonly depth: number },
): readonly string[] {
  const loaded = operand.vector(begin, `min(${first} + i / ${DEPTH}u, ${rows - 1}u)`, `min(vector, ${depth - 1}u)`);
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
