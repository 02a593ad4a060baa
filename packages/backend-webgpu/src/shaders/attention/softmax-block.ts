import { each } from '../each.ts';
import type { EntryPoint } from '../entry-point.ts';
import { visitedKeys } from './attention-code.ts';
import type { AttentionBlock } from './attention-division.ts';
import { blockGrid, blockProducts, blockRow, blockSums, blockVisits } from './block-parts.ts';
import { type SoftmaxRows, shiftOf } from './softmax-rows.ts';

/**
 * Returns code in which each invocation computes the results of some queries, and visits the keys in blocks. It needs no
 * workgroup memory. Products are computed in registers; scores are turned into weights in loops, because drivers compile
 * long code slowly.
 */
export function softmaxBlock(
  { name, code, averaged, cotangents, storeVector, storeRow }: SoftmaxRows,
  { rows, columns, lanes, groupsPerBatch }: AttentionBlock,
): EntryPoint {
  const { attributes, batches, query, key, value, exp, lowest } = code;
  const { queries, keys, features, width } = attributes;
  const vectors = Math.ceil((averaged?.columns ?? 0) / 4);
  const visits = blockVisits(keys, columns, '0u');
  const own = { operand: query, start: 'query_start' };
  const grid = blockGrid(rows, columns);
  const shown = code.shown('score');
  return {
    name,
    lanes,
    groups: batches * groupsPerBatch,
    body: [
      `let batch = group / ${groupsPerBatch}u;`,
      ...code.batchCode('batch'),
      ...blockRow(queries, { rows, lanes, groupsPerBatch }),
      `var largest: array<f32, ${rows}>;`,
      `var sums: array<f32, ${rows}>;`,
      `var factors: array<f32, ${rows}>;`,
      `var weights: array<f32, ${rows * columns}>;`,
      ...(cotangents === null ? [] : [`var changes: array<f32, ${rows * columns}>;`]),
      ...(averaged === null ? [] : [`var results: array<vec4<f32>, ${rows * vectors}>;`]),
      `for (var i = 0u; i < ${rows}u * one; i++) { largest[i] = ${lowest}; }`,
      `let end = ${visitedKeys(attributes, `first_row + ${rows}u`)};`,
      `for (var first = 0u; first < end; first += ${columns}u) {`,
      ...each(columns, (j) => `let column${j} = ${visits.at(`${j}u`)};`),
      ...blockProducts('s', features, rows, columns, own, { operand: key, start: 'key_start' }),
      ...grid((i, j) => `weights[${i * columns + j}] = s_${i}_${j};`),
      ...(cotangents === null
        ? []
        : [
            ...blockProducts(
              't',
              width,
              rows,
              columns,
              { operand: cotangents.gradient, start: 'gradient_start' },
              { operand: value, start: 'value_start' },
            ),
            ...grid((i, j) => `changes[${i * columns + j}] = t_${i}_${j};`),
          ]),
      `for (var i = 0u; i < ${rows}u * one; i++) {`,
      `let row = min(first_row + i, ${queries - 1}u);`,
      ...(cotangents === null ? [] : [`let mean = ${cotangents.mean('row')};`]),
      'var top = largest[i];',
      `for (var j = 0u; j < ${columns}u * one; j++) {`,
      // The last key stands for keys past the end as well, which changes no maximum.
      `let column = ${visits.at('j')};`,
      `let at = i * ${columns}u + j;`,
      'var score = weights[at];',
      ...code.finishScore('score', 'row', 'column'),
      'weights[at] = score;',
      ...(cotangents === null
        ? []
        : [`changes[at] = ${shown === null ? 'changes[at] - mean' : `select(0f, changes[at] - mean, ${shown})`};`]),
      'top = max(top, score);',
      '}',
      `let shift = ${shiftOf('top', lowest)};`,
      `let factor = ${exp}(largest[i] - shift);`,
      'var sum = sums[i] * factor;',
      `for (var j = 0u; j < ${columns}u * one; j++) {`,
      `let at = i * ${columns}u + j;`,
      `let weight = ${visits.ifInside('j', '0f', `${exp}(weights[at] - shift)`)};`,
      cotangents === null
        ? 'weights[at] = weight;'
        : `weights[at] = ${visits.ifInside('j', '0f', 'weight * changes[at]')};`,
      'sum += weight;',
      '}',
      'largest[i] = top;',
      'factors[i] = factor;',
      'sums[i] = sum;',
      '}',
      ...(averaged === null
        ? []
        : [
            ...each(rows, (i) => `let factor${i} = factors[${i}];`),
            ...grid((i, j) => `let p_${i}_${j} = weights[${i * columns + j}];`),
            ...blockSums('results', averaged.columns, rows, columns, averaged, visits, (i) => ` * factor${i}`),
          ]),
      '}',
      `for (var i = 0u; i < ${rows}u * one; i++) {`,
      'let row = first_row + i;',
      `if (row >= ${queries}u) { return; }`,
      ...storeRow('row', 'largest[i]', 'sums[i]'),
      ...(averaged === null
        ? []
        : [
            `for (var v = 0u; v < ${vectors}u * one; v++) {`,
            ...storeVector('row', 'v', `results[v * ${rows}u + i]`, 'sums[i]'),
            '}',
          ]),
      '}',
    ],
  };
}
