import { each } from '../each.ts';
import type { EntryPoint } from '../entry-point.ts';
import { firstQuery } from './attention-code.ts';
import { type AttentionTile, TILE } from './attention-division.ts';
import type { KeyGradient } from './key-gradient.ts';
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
} from './tile-parts.ts';

/**
 * Returns code in which each workgroup computes the gradients of a tile of keys and values. It visits tiles of queries; for each,
 * the invocations compute probabilities and their cotangents, share them in workgroup memory, and sum rows in registers.
 */
export function keyGradientTile(
  { code, statistics, storeKey, storeValue }: KeyGradient,
  { groupsPerBatch }: AttentionTile,
): EntryPoint {
  const { attributes, batches, query, key, value, gradient, exp, scale } = code;
  const { queries, keys, features, width } = attributes;
  const vector = (component: (i: number) => string): string => `vec4<f32>(${each(EACH, component).join(', ')})`;
  const own = { first: 'first_row', rows: keys };
  const queryRows: TileSide = { operand: query, start: 'query_start', first: 'first', rows: queries };
  const gradientRows: TileSide = { ...queryRows, operand: gradient, start: 'gradient_start' };
  const isWhole = queries % TILE === 0;
  const inside = (given: string): string => (isWhole ? given : `select(vec4<f32>(), ${given}, is_inside)`);
  const change = (i: number, j: number): string => {
    const shown = code.shown(`score${i}`);
    const changed = `weight[${i}] * (t_${i}_${j} - mean)`;
    return shown === null ? changed : `select(0f, ${changed}, ${shown})`;
  };
  return {
    name: 'attention gradient, keys',
    lanes: LANES,
    groups: batches * groupsPerBatch,
    shared: tileMemory(Math.max(features, width)),
    body: [
      `let batch = group / ${groupsPerBatch}u;`,
      ...code.batchCode('batch'),
      `let first_row = (group % ${groupsPerBatch}u) * ${TILE}u;`,
      ...tileRow,
      ...declareSums('to_key', features),
      ...declareSums('to_value', width),
      `for (var first = ${firstQuery(attributes, 'first_row')}; first < ${queries}u; first += ${TILE}u) {`,
      ...tileProducts('s', features, { operand: key, start: 'key_start', ...own }, queryRows),
      ...tileProducts('t', width, { operand: value, start: 'value_start', ...own }, gradientRows),
      ...each(EACH, (j) => `var change${j} = vec4<f32>();`),
      ...each(EACH, (j) => [
        '{',
        `let visited = first + across + ${j * ACROSS}u;`,
        `let query_row = min(visited, ${queries - 1}u);`,
        ...(isWhole ? [] : [`let is_inside = visited < ${queries}u;`]),
        ...statistics('query_row'),
        ...each(EACH, (i) => [
          `var score${i} = s_${i}_${j};`,
          ...code.finishScore(`score${i}`, 'query_row', `min(row + ${i}u, ${keys - 1}u)`),
        ]).flat(),
        `let weight = ${inside(vector((i) => `${exp}(score${i} - shift) * factor`))};`,
        shareWeights(j, 'weight'),
        `change${j} = ${inside(vector((i) => change(i, j)))};`,
        '}',
      ]).flat(),
      ...tileSums('to_value', width, gradientRows),
      ...each(EACH, (j) => shareWeights(j, `change${j}`)),
      ...tileSums('to_key', features, queryRows),
      '}',
      ...each(EACH, (i) => {
        const at = `(row + ${i}u)`;
        return [
          `if (${at} < ${keys}u) {`,
          ...storeSums(features, (v, to) => storeKey('batch', at, to, `(to_key_${i}_${v} * ${scale})`)),
          ...storeSums(width, (v, to) => storeValue('batch', at, to, `to_value_${i}_${v}`)),
          '}',
        ];
      }).flat(),
    ],
  };
}
