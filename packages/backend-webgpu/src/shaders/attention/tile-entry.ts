import { each } from '../each.ts';
import type { EntryPoint } from '../entry-point.ts';
import { type AttentionCode, visitedKeys } from './attention-code.ts';
import { type AttentionTile, TILE } from './attention-division.ts';
import type { OperandCode } from './attention-operand.ts';

/** An invocation computes the scores of 4 queries and 4 keys. */
const EACH = 4;

/** Invocations of a workgroup along the queries and along the keys of a tile, and along the vectors of results. */
const ACROSS = TILE / EACH;

const LANES = ACROSS * ACROSS;

/** Number of vectors of four features of the queries and keys that are in workgroup memory at a time. */
const DEPTH = 4;

/** Vectors between rows of a tile in workgroup memory: one more than needed, so that lanes access different banks. */
const PITCH = DEPTH + 1;

/** Number of vectors in the tile of values. */
const VALUE_VECTORS = 256;

/**
 * Returns code in which each workgroup averages the values for a tile of queries. It visits tiles of keys; for each, the
 * invocations compute scores in registers, share the largest ones and the weights in workgroup memory, and then average the
 * values in registers. Takes 14 KiB of workgroup memory.
 */
export function tileEntry(code: AttentionCode, { groupsPerBatch }: AttentionTile): EntryPoint {
  const { attributes, batches, query, key, value, exp, lowest } = code;
  const { queries, keys, features, width } = attributes;
  const depth = Math.ceil(features / 4);
  // Invocation (r, c) of the workgroup averages the vectors c, c + ACROSS, … of 4 rows.
  const vectors = Math.ceil(Math.ceil(width / 4) / ACROSS);
  const valueRow = vectors * ACROSS;
  const valueKeys = Math.min(TILE, 2 ** Math.floor(Math.log2(VALUE_VECTORS / valueRow)));
  const grid = <T>(write: (i: number, j: number) => T): T[] => each(EACH, (i) => each(EACH, (j) => write(i, j))).flat();
  return {
    name: 'attention',
    lanes: LANES,
    groups: batches * groupsPerBatch,
    shared: [
      `var<workgroup> query_tile: array<vec4<f32>, ${TILE * PITCH}>;`,
      `var<workgroup> key_tile: array<vec4<f32>, ${TILE * PITCH}>;`,
      `var<workgroup> weights: array<vec4<f32>, ${TILE * ACROSS}>;`,
      `var<workgroup> value_tile: array<vec4<f32>, ${valueKeys * valueRow}>;`,
      `var<workgroup> shares: array<f32, ${TILE * ACROSS}>;`,
    ],
    body: [
      `let batch = group / ${groupsPerBatch}u;`,
      ...code.batchCode('batch'),
      `let first_row = (group % ${groupsPerBatch}u) * ${TILE}u;`,
      `let down = lane / ${ACROSS}u;`,
      `let across = lane % ${ACROSS}u;`,
      `let row = ${EACH}u * down;`,
      ...each(EACH, (i) => [
        `let row${i} = min(first_row + row + ${i}u, ${queries - 1}u);`,
        `var largest${i} = ${lowest};`,
        `var sum${i} = 0f;`,
        ...each(vectors, (v) => `var y_${i}_${v} = vec4<f32>();`),
      ]).flat(),
      `let end = ${visitedKeys(attributes, `first_row + ${TILE}u`)};`,
      `for (var first = 0u; first < end; first += ${TILE}u) {`,
      ...grid((i, j) => `var s_${i}_${j} = 0f;`),
      `for (var start = 0u; start < ${depth}u; start += ${DEPTH}u) {`,
      ...tileLoad('query_tile', query, 'query_start', 'first_row', queries, depth),
      ...tileLoad('key_tile', key, 'key_start', 'first', keys, depth),
      'workgroupBarrier();',
      `for (var d = 0u; d < ${DEPTH}u; d++) {`,
      ...each(EACH, (i) => `let q${i} = query_tile[(row + ${i}u) * ${PITCH}u + d];`),
      ...each(EACH, (j) => `let k${j} = key_tile[(across + ${j * ACROSS}u) * ${PITCH}u + d];`),
      ...grid((i, j) => `s_${i}_${j} += dot(q${i}, k${j});`),
      '}',
      'workgroupBarrier();',
      '}',
      // Keys past the end repeat the last one, which changes no maximum; their weights are 0.
      ...each(EACH, (j) => [
        `let inside${j} = first + across + ${j * ACROSS}u < ${keys}u;`,
        `let column${j} = min(first + across + ${j * ACROSS}u, ${keys - 1}u);`,
      ]).flat(),
      ...grid((i, j) => code.finishScore(`s_${i}_${j}`, `row${i}`, `column${j}`)).flat(),
      ...each(
        EACH,
        (i) => `shares[(row + ${i}u) * ${ACROSS}u + across] = ${largestOf(each(EACH, (j) => `s_${i}_${j}`))};`,
      ),
      'workgroupBarrier();',
      ...each(EACH, (i) => [
        `var top${i} = largest${i};`,
        `for (var c = 0u; c < ${ACROSS}u; c++) { top${i} = max(top${i}, shares[(row + ${i}u) * ${ACROSS}u + c]); }`,
        `let shift${i} = select(top${i}, 0f, top${i} == ${lowest});`,
        `let factor${i} = ${exp}(largest${i} - shift${i});`,
        `largest${i} = top${i};`,
        ...each(EACH, (j) => `let p_${i}_${j} = select(0f, ${exp}(s_${i}_${j} - shift${i}), inside${j});`),
        `sum${i} = sum${i} * factor${i} + ${each(EACH, (j) => `p_${i}_${j}`).join(' + ')};`,
        ...each(vectors, (v) => `y_${i}_${v} *= factor${i};`),
      ]).flat(),
      ...each(
        EACH,
        (j) =>
          `weights[(across + ${j * ACROSS}u) * ${ACROSS}u + down] = vec4<f32>(${each(EACH, (i) => `p_${i}_${j}`).join(', ')});`,
      ),
      `for (var start = 0u; start < ${TILE}u; start += ${valueKeys}u) {`,
      `for (var i = lane; i < ${valueKeys * valueRow}u; i += ${LANES}u) {`,
      `let column = min(first + start + i / ${valueRow}u, ${keys - 1}u);`,
      `let vector = i % ${valueRow}u;`,
      // A weight of 0 does not remove values that are NaN or infinite.
      `let loaded = ${value.vector('value_start', 'column', `min(vector, ${Math.ceil(width / 4) - 1}u)`)};`,
      `value_tile[i] = ${
        keys % TILE === 0 ? 'loaded' : `select(vec4<f32>(), loaded, first + start + i / ${valueRow}u < ${keys}u)`
      };`,
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
      ...each(EACH, (i) => `shares[(row + ${i}u) * ${ACROSS}u + across] = sum${i};`),
      'workgroupBarrier();',
      ...each(EACH, (i) => [
        `if (first_row + row + ${i}u < ${queries}u) {`,
        'var sum = 0f;',
        `for (var c = 0u; c < ${ACROSS}u; c++) { sum += shares[(row + ${i}u) * ${ACROSS}u + c]; }`,
        ...each(vectors, (v) => {
          const vector = `across + ${v * ACROSS}u`;
          const stores = code.store('batch', `row${i}`, `(${vector})`, `(y_${i}_${v} / sum)`);
          return [`if (${vector} < ${Math.ceil(width / 4)}u) {`, ...stores, '}'];
        }).flat(),
        '}',
      ]).flat(),
    ],
  };
}

const largestOf = (values: readonly string[]): string => values.reduce((all, one) => `max(${all}, ${one})`);

/** Returns code that copies `DEPTH` vectors of each row of a tile, from vector `from` on; missing vectors are zero. */
function tileLoad(
  tile: string,
  operand: OperandCode,
  start: string,
  first: string,
  rows: number,
  depth: number,
): readonly string[] {
  const value = operand.vector(start, `min(${first} + i / ${DEPTH}u, ${rows - 1}u)`, `min(vector, ${depth - 1}u)`);
  return [
    `for (var i = lane; i < ${TILE * DEPTH}u; i += ${LANES}u) {`,
    `let vector = start + i % ${DEPTH}u;`,
    `let loaded = ${value};`,
    `${tile}[(i / ${DEPTH}u) * ${PITCH}u + i % ${DEPTH}u] = ${
      depth % DEPTH === 0 ? 'loaded' : `select(vec4<f32>(), loaded, vector < ${depth}u)`
    };`,
    '}',
  ];
}
