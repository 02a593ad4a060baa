import { each } from '../each.ts';
import type { EntryPoint } from '../entry-point.ts';
import { type AttentionCode, visitedKeys } from './attention-code.ts';
import type { AttentionBlock } from './attention-division.ts';

/**
 * Returns code in which each invocation averages the values for some queries, and visits the keys in blocks. It needs no
 * workgroup memory. Products are computed in registers; scores are turned into weights in loops, because drivers compile
 * long code slowly.
 */
export function blockEntry(code: AttentionCode, { rows, columns, lanes, groupsPerBatch }: AttentionBlock): EntryPoint {
  const { attributes, batches, query, key, value, exp, lowest } = code;
  const { queries, keys, features, width } = attributes;
  const [depth, vectors] = [Math.ceil(features / 4), Math.ceil(width / 4)];
  const isWhole = keys % columns === 0;
  const column = (j: string): string => (isWhole ? `first + ${j}` : `min(first + ${j}, ${keys - 1}u)`);
  const ifInside = (j: string, zero: string, given: string): string =>
    isWhole ? given : `select(${zero}, ${given}, first + ${j} < ${keys}u)`;
  const grid = (write: (i: number, j: number) => string): string[] =>
    each(rows, (i) => each(columns, (j) => write(i, j))).flat();
  return {
    name: 'attention',
    lanes,
    groups: batches * groupsPerBatch,
    body: [
      `let batch = group / ${groupsPerBatch}u;`,
      ...code.batchCode('batch'),
      `let first_row = ((group % ${groupsPerBatch}u) * ${lanes}u + lane) * ${rows}u;`,
      `if (first_row >= ${queries}u) { return; }`,
      ...each(rows, (i) => `let row${i} = min(first_row + ${i}u, ${queries - 1}u);`),
      `var largest: array<f32, ${rows}>;`,
      `var sums: array<f32, ${rows}>;`,
      `var factors: array<f32, ${rows}>;`,
      `var weights: array<f32, ${rows * columns}>;`,
      `var results: array<vec4<f32>, ${rows * vectors}>;`,
      `for (var i = 0u; i < ${rows}u; i++) { largest[i] = ${lowest}; }`,
      `let end = ${visitedKeys(attributes, `first_row + ${rows}u`)};`,
      `for (var first = 0u; first < end; first += ${columns}u) {`,
      ...each(columns, (j) => `let column${j} = ${column(`${j}u`)};`),
      ...grid((i, j) => `var s_${i}_${j} = 0f;`),
      `for (var d = 0u; d < ${depth}u; d++) {`,
      ...each(rows, (i) => `let q${i} = ${query.vector('query_start', `row${i}`, 'd')};`),
      ...each(columns, (j) => `let k${j} = ${key.vector('key_start', `column${j}`, 'd')};`),
      ...grid((i, j) => `s_${i}_${j} += dot(q${i}, k${j});`),
      '}',
      ...grid((i, j) => `weights[${i * columns + j}] = s_${i}_${j};`),
      `for (var i = 0u; i < ${rows}u; i++) {`,
      `let row = min(first_row + i, ${queries - 1}u);`,
      'var top = largest[i];',
      `for (var j = 0u; j < ${columns}u; j++) {`,
      // The last key stands for keys past the end as well, which changes no maximum.
      `let column = ${column('j')};`,
      `var score = weights[i * ${columns}u + j];`,
      ...code.finishScore('score', 'row', 'column'),
      `weights[i * ${columns}u + j] = score;`,
      'top = max(top, score);',
      '}',
      `let shift = select(top, 0f, top == ${lowest});`,
      `let factor = ${exp}(largest[i] - shift);`,
      'var sum = sums[i] * factor;',
      `for (var j = 0u; j < ${columns}u; j++) {`,
      `let weight = ${ifInside('j', '0f', `${exp}(weights[i * ${columns}u + j] - shift)`)};`,
      `weights[i * ${columns}u + j] = weight;`,
      'sum += weight;',
      '}',
      'largest[i] = top;',
      'factors[i] = factor;',
      'sums[i] = sum;',
      '}',
      ...each(rows, (i) => `let factor${i} = factors[${i}];`),
      ...grid((i, j) => `let p_${i}_${j} = weights[${i * columns + j}];`),
      `for (var v = 0u; v < ${vectors}u; v++) {`,
      // A weight of 0 does not remove values that are NaN or infinite.
      ...each(columns, (j) => {
        const loaded = value.vector('value_start', `column${j}`, 'v');
        return `let v${j} = ${ifInside(`${j}u`, 'vec4<f32>()', loaded)};`;
      }),
      ...each(rows, (i) => {
        const products = each(columns, (j) => `p_${i}_${j} * v${j}`).join(' + ');
        const result = `results[v * ${rows}u + ${i}u]`;
        return `${result} = ${result} * factor${i} + (${products});`;
      }),
      '}',
      '}',
      `for (var i = 0u; i < ${rows}u; i++) {`,
      'let row = first_row + i;',
      `if (row >= ${queries}u) { return; }`,
      `for (var v = 0u; v < ${vectors}u; v++) {`,
      `let result = results[v * ${rows}u + i] / sums[i];`,
      ...code.store('batch', 'row', 'v', 'result'),
      '}',
      '}',
    ],
  };
}
