import { entryPerItem } from '../entry-per-item.ts';
import type { EntryPoint } from '../entry-point.ts';
import { batchCode } from './batch-code.ts';
import type { Product } from './product.ts';

/** Returns code in which each invocation computes one result, term by term. */
export function plainEntry(product: Product): EntryPoint {
  const { batches, m, n, k, type, left, right } = product;
  return entryPerItem('dot', batches * m * n, 'result', [
    ...batchCode(product, `result / ${m * n}u`),
    `let row = (result / ${n}u) % ${m}u;`,
    `let column = result % ${n}u;`,
    `let left_line = left + ${left.lineOffset('row')};`,
    `let right_line = right + ${right.lineOffset('column')};`,
    `var sum = ${type}(0);`,
    `for (var k = 0u; k < ${k}u; k++) {`,
    `let x = ${left.load(`left_line + ${left.termOffset('k')}`)};`,
    `let y = ${right.load(`right_line + ${right.termOffset('k')}`)};`,
    `sum = ${product.add('sum', 'x', 'y')};`,
    '}',
    product.epilogue.call('row', 'column', 'sum'),
  ]);
}
