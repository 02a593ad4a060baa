import type { EntryPoint } from '../entry-point.ts';
import { batchCode } from './batch-code.ts';
import type { DotDivision } from './division.ts';
import type { Product } from './product.ts';

/** Returns code in which the lanes of a workgroup share the terms of one result and add their sums as a tree. */
export function lanesEntry(product: Product, { lanes }: DotDivision & { kind: 'lanes' }): EntryPoint {
  const { batches, m, n, k, type, left, right } = product;
  return {
    name: 'dot',
    lanes,
    groups: batches * m * n,
    shared: [`var<workgroup> sums: array<${type}, ${lanes}>;`],
    body: [
      ...batchCode(product, `group / ${m * n}u`),
      `let row = (group / ${n}u) % ${m}u;`,
      `let column = group % ${n}u;`,
      `let left_line = left + ${left.lineOffset('row')};`,
      `let right_line = right + ${right.lineOffset('column')};`,
      `var sum = ${type}(0);`,
      `for (var k = lane; k < ${k}u; k += ${lanes}u) {`,
      `let x = ${left.load(`left_line + ${left.termOffset('k')}`)};`,
      `let y = ${right.load(`right_line + ${right.termOffset('k')}`)};`,
      `sum = ${product.add('sum', 'x', 'y')};`,
      '}',
      'sums[lane] = sum;',
      'workgroupBarrier();',
      `for (var half = ${lanes / 2}u; half > 0u; half >>= 1u) {`,
      'if (lane < half) { sums[lane] = sums[lane] + sums[lane + half]; }',
      'workgroupBarrier();',
      '}',
      'if (lane == 0u) {',
      product.epilogue.call('row', 'column', 'sums[0]'),
      '}',
    ],
  };
}
