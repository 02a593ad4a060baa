import { each } from '../each.ts';
import type { EntryPoint } from '../entry-point.ts';
import { type AttentionCode, visitedKeys } from './attention-code.ts';
import type { AttentionBlock } from './attention-division.ts';

/**
 * Returns code in which each invocation averages the values for some queries, and visits the keys in blocks. It needs no workgroup
 * memory. Scores are computed and used in registers, but turned into weights in a loop, so that drivers compile it quickly.
 */
export function blockEntry(code: AttentionCode, { rows, columns, lanes, groupsPerBatch }: AttentionBlock): EntryPoint {
  const { attributes, batches, query, key, value, exp, lowest } = code;
  const { queries, keys, features, width } = attributes;
  const [depth, vectors] = [Math.ceil(features / 4), Math.ceil(width / 4)];
  const isWhole = keys % columns === 0;
  const lines = columns / 4;
  const column = (j: number): string => (isWhole ? `first + ${j}u` : `min(first + ${j}u, ${keys - 1}u)`);
  const grid = <T>(write: (i: number, j: number) => T): T[] =>
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
      `var weights: array<vec4<f32>, ${rows * lines}>;`,
      `var results: array<vec4<f32>, ${rows * vectors}>;`,
      `for (var i = 0u; i < ${rows}u; i++) { largest[i] = ${lowest}; }`,
      `let end = ${visitedKeys(attributes, `first_row + ${rows}u`)};`,
      `for (var first = 0u; first < end; first += ${columns}u) {`,
      ...each(columns, (j) => `let column${j} = ${column(j)};`),
      ...grid((i, j) => `var s_${i}_${j} = 0f;`),
      `for (var d = 0u; d < ${depth}u; d++) {`,
      ...each(rows, (i) => `let q${i} = ${query.vector('query_start', `row${i}`, 'd')};`),
      ...each(columns, (j) => `let k${j} = ${key.vector('key_start', `column${j}`, 'd')};`),
      ...grid((i, j) => `s_${i}_${j} += dot(q${i}, k${j});`),
      '}',
      ...each(rows, (i) =>
        each(
          lines,
          (l) => `weights[${i * lines + l}] = vec4<f32>(${each(4, (c) => `s_${i}_${4 * l + c}`).join(', ')});`,
        ),
      ).flat(),
      `for (var i = 0u; i < ${rows}u; i++) {`,
      `let row = min(first_row + i, ${queries - 1}u);`,
      ...each(columns, (j) => [
        `var s${j} = weights[i * ${lines}u + ${Math.floor(j / 4)}u][${j % 4}];`,
        ...code.finishScore(`s${j}`, 'row', `column${j}`),
      ]).flat(),
      // The last key stands for keys past the end as well, which changes no maximum.
      `let top = max(${each(columns, (j) => `s${j}`).reduce((all, one) => `max(${all}, ${one})`)}, largest[i]);`,
      `let shift = select(top, 0f, top == ${lowest});`,
      `let factor = ${exp}(largest[i] - shift);`,
      ...each(columns, (j) => {
        const weight = `${exp}(s${j} - shift)`;
        return `let p${j} = ${isWhole || j === 0 ? weight : `select(0f, ${weight}, first + ${j}u < ${keys}u)`};`;
      }),
      'largest[i] = top;',
      'factors[i] = factor;',
      `sums[i] = sums[i] * factor + ${each(columns, (j) => `p${j}`).join(' + ')};`,
      ...each(
        lines,
        (l) => `weights[i * ${lines}u + ${l}u] = vec4<f32>(${each(4, (c) => `p${4 * l + c}`).join(', ')});`,
      ),
      '}',
      ...each(rows, (i) => [
        `let factor${i} = factors[${i}];`,
        ...each(lines, (l) => `let p${i}_${l} = weights[${i * lines + l}];`),
      ]).flat(),
      `for (var v = 0u; v < ${vectors}u; v++) {`,
      ...each(columns, (j) => {
        const loaded = value.vector('value_start', `column${j}`, 'v');
        // A weight of 0 does not remove values that are NaN or infinite.
        return `let v${j} = ${isWhole || j === 0 ? loaded : `select(vec4<f32>(), ${loaded}, first + ${j}u < ${keys}u)`};`;
      }),
      ...each(rows, (i) => {
        const products = each(columns, (j) => `p${i}_${Math.floor(j / 4)}[${j % 4}] * v${j}`).join(' + ');
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
