import { each } from '../each.ts';
import type { EntryPoint } from '../entry-point.ts';
import { firstQuery } from './attention-code.ts';
import type { AttentionBlock } from './attention-division.ts';
import { blockGrid, blockProducts, blockRow, blockSums, blockVisits } from './block-parts.ts';
import type { KeyGradient } from './key-gradient.ts';

/**
 * Returns code in which each invocation computes the gradients of some keys and values, and visits the queries in blocks; see
 * `softmaxBlock`.
 */
export function keyGradientBlock(
  { code, statistics, storeKey, storeValue }: KeyGradient,
  { rows, columns, lanes, groupsPerBatch }: AttentionBlock,
): EntryPoint {
  const { attributes, batches, query, key, value, gradient, exp, scale } = code;
  const { queries, keys, features, width } = attributes;
  const begin = firstQuery(attributes, 'first_row');
  const visits = blockVisits(queries, columns, begin);
  const grid = blockGrid(rows, columns);
  const shown = code.shown('score');
  const change = 'weight * (changes[at] - mean)';
  const sums = (name: string, of: number): string => `var ${name}: array<vec4<f32>, ${rows * Math.ceil(of / 4)}>;`;
  const store = (stored: readonly string[], of: number): readonly string[] => [
    `for (var v = 0u; v < ${Math.ceil(of / 4)}u * one; v++) {`,
    ...stored,
    '}',
  ];
  const queryRows = { operand: query, start: 'query_start' };
  const gradientRows = { operand: gradient, start: 'gradient_start' };
  return {
    name: 'attention gradient, keys',
    lanes,
    groups: batches * groupsPerBatch,
    body: [
      `let batch = group / ${groupsPerBatch}u;`,
      ...code.batchCode('batch'),
      ...blockRow(keys, { rows, lanes, groupsPerBatch }),
      `var weights: array<f32, ${rows * columns}>;`,
      `var changes: array<f32, ${rows * columns}>;`,
      sums('to_key', features),
      sums('to_value', width),
      `for (var first = ${begin}; first < ${queries}u; first += ${columns}u) {`,
      ...each(columns, (j) => `let column${j} = ${visits.at(`${j}u`)};`),
      ...blockProducts('s', features, rows, columns, { operand: key, start: 'key_start' }, queryRows),
      ...grid((i, j) => `weights[${i * columns + j}] = s_${i}_${j};`),
      ...blockProducts('t', width, rows, columns, { operand: value, start: 'value_start' }, gradientRows),
      ...grid((i, j) => `changes[${i * columns + j}] = t_${i}_${j};`),
      `for (var j = 0u; j < ${columns}u * one; j++) {`,
      `let row = ${visits.at('j')};`,
      ...statistics('row'),
      `for (var i = 0u; i < ${rows}u * one; i++) {`,
      `let column = min(first_row + i, ${keys - 1}u);`,
      `let at = i * ${columns}u + j;`,
      'var score = weights[at];',
      ...code.finishScore('score', 'row', 'column'),
      `let weight = ${visits.ifInside('j', '0f', `${exp}(score - shift) * factor`)};`,
      'weights[at] = weight;',
      `changes[at] = ${visits.ifInside('j', '0f', shown === null ? change : `select(0f, ${change}, ${shown})`)};`,
      '}',
      '}',
      '{',
      ...grid((i, j) => `let p_${i}_${j} = weights[${i * columns + j}];`),
      ...blockSums('to_value', width, rows, columns, gradientRows, visits, () => ''),
      '}',
      '{',
      ...grid((i, j) => `let p_${i}_${j} = changes[${i * columns + j}];`),
      ...blockSums('to_key', features, rows, columns, queryRows, visits, () => ''),
      '}',
      '}',
      `for (var i = 0u; i < ${rows}u * one; i++) {`,
      'let row = first_row + i;',
      `if (row >= ${keys}u) { return; }`,
      ...store(storeKey('batch', 'row', 'v', `(to_key[v * ${rows}u + i] * ${scale})`), features),
      ...store(storeValue('batch', 'row', 'v', `to_value[v * ${rows}u + i]`), width),
      '}',
    ],
  };
}
