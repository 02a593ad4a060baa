import { each } from '../each.ts';
import type { EntryPoint } from '../entry-point.ts';
import { type AttentionCode, visitedKeys } from './attention-code.ts';
import { type AttentionTile, TILE } from './attention-division.ts';
import { type SoftmaxRows, shiftOf } from './softmax-rows.ts';
import {
  ACROSS,
  declareSums,
  EACH,
  LANES,
  shareWeights,
  storeSums,
  type TileSide,
  tileMemory,
  tileProducts,
  tileRow,
  tileSums,
  vectorsOf,
} from './tile-parts.ts';

/**
 * Returns code in which each workgroup computes the results of a tile of queries. It visits tiles of keys; for each, the
 * invocations compute scores, share the largest ones and the weights in workgroup memory, and then sum rows in registers.
 */
export function softmaxTile(
  { name, code, averaged, cotangents, storeVector, storeRow }: SoftmaxRows,
  { groupsPerBatch }: AttentionTile,
): EntryPoint {
  const { attributes, batches, query, key, value, exp, lowest } = code;
  const { queries, keys, features, width } = attributes;
  const exps = (of: string): string => `vec4<f32>(${each(EACH, (i) => `${exp}(${of}[${i}])`).join(', ')})`;
  const vector = (component: (i: number) => string): string => `vec4<f32>(${each(EACH, component).join(', ')})`;
  const rowAt = (i: number): string => `min(row + ${i}u, ${queries - 1}u)`;
  const ifInside = (given: string): string =>
    keys % TILE === 0 ? given : `select(vec4<f32>(), ${given}, first + j < ${keys}u)`;
  const own: TileSide = { operand: query, start: 'query_start', first: 'first_row', rows: queries };
  const visited = { first: 'first', rows: keys };
  const change = `changes[j / ${ACROSS}u]`;
  return {
    name,
    lanes: LANES,
    groups: batches * groupsPerBatch,
    shared: [...tileMemory(averaged?.columns ?? 0), `var<workgroup> shares: array<vec4<f32>, ${LANES}>;`],
    body: [
      `let batch = group / ${groupsPerBatch}u;`,
      ...code.batchCode('batch'),
      `let first_row = (group % ${groupsPerBatch}u) * ${TILE}u;`,
      ...tileRow,
      `var largest = vec4<f32>(${lowest});`,
      'var sum = vec4<f32>();',
      ...(averaged === null ? [] : declareSums('y', averaged.columns)),
      ...(cotangents === null
        ? []
        : [`let mean = ${vector((i) => cotangents.mean(rowAt(i)))};`, `var changes: array<vec4<f32>, ${EACH}>;`]),
      `let end = ${visitedKeys(attributes, `first_row + ${TILE}u`)};`,
      `for (var first = 0u; first < end; first += ${TILE}u) {`,
      ...tileProducts('s', features, own, { operand: key, start: 'key_start', ...visited }),
      ...each(EACH, (j) =>
        shareWeights(
          j,
          vector((i) => `s_${i}_${j}`),
        ),
      ),
      ...(cotangents === null
        ? []
        : [
            ...tileProducts(
              't',
              width,
              { ...own, operand: cotangents.gradient, start: 'gradient_start' },
              { operand: value, start: 'value_start', ...visited },
            ),
            ...each(EACH, (j) => `changes[${j}] = ${vector((i) => `t_${i}_${j}`)};`),
          ]),
      'var top = largest;',
      ...forOwnKeys([
        // Keys past the end repeat the last one, which changes no maximum; their weights are 0.
        `let column = min(first + j, ${keys - 1}u);`,
        'var scores = weights[own];',
        ...each(EACH, (i) => [
          `var score${i} = scores[${i}];`,
          ...code.finishScore(`score${i}`, rowAt(i), 'column'),
        ]).flat(),
        `scores = ${vector((i) => `score${i}`)};`,
        'weights[own] = scores;',
        ...(cotangents === null ? [] : [`${change} = ${shownOr0(code, `${change} - mean`)};`]),
        'top = max(top, scores);',
      ]),
      'shares[lane] = top;',
      'workgroupBarrier();',
      `for (var c = 0u; c < ${ACROSS}u; c++) { top = max(top, shares[down * ${ACROSS}u + c]); }`,
      `let shift = ${shiftOf('top', `vec4<f32>(${lowest})`, 'vec4<f32>()')};`,
      'let fall = largest - shift;',
      `let factor = ${exps('fall')};`,
      'largest = top;',
      'sum *= factor;',
      ...forOwnKeys([
        'let scores = weights[own] - shift;',
        `let weight = ${ifInside(exps('scores'))};`,
        `weights[own] = ${cotangents === null ? 'weight' : ifInside(`weight * ${change}`)};`,
        'sum += weight;',
      ]),
      ...(averaged === null
        ? ['workgroupBarrier();']
        : [
            ...each(EACH, (i) => each(vectorsOf(averaged.columns), (v) => `y_${i}_${v} *= factor[${i}];`)).flat(),
            ...tileSums('y', averaged.columns, { ...averaged, ...visited }),
          ]),
      '}',
      'shares[lane] = sum;',
      'workgroupBarrier();',
      `sum = ${each(ACROSS, (c) => `shares[down * ${ACROSS}u + ${c}u]`).join(' + ')};`,
      ...each(EACH, (i) => [
        `if (row + ${i}u < ${queries}u) {`,
        ...(averaged === null
          ? ['if (across == 0u) {', ...storeRow(`(row + ${i}u)`, `largest[${i}]`, `sum[${i}]`), '}']
          : storeSums(averaged.columns, (v, at) => storeVector(`(row + ${i}u)`, at, `y_${i}_${v}`, `sum[${i}]`))),
        '}',
      ]).flat(),
    ],
  };
}

/** Returns `given`, a vector for the variables `score0`, …, with 0 where a query does not attend to the key. */
function shownOr0({ shown }: AttentionCode, given: string): string {
  const tests = each(EACH, (i) => shown(`score${i}`)).filter((test) => test !== null);
  return tests.length === 0 ? given : `select(vec4<f32>(), ${given}, vec4<bool>(${tests.join(', ')}))`;
}

/** Returns a loop over the keys `j` of an invocation in the tile; `own` is the index of the weights of its rows. */
const forOwnKeys = (statements: readonly string[]): readonly string[] => [
  `for (var j = across; j < ${TILE}u; j += ${ACROSS}u) {`,
  `let own = j * ${ACROSS}u + down;`,
  ...statements,
  '}',
];
