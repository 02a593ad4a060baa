import type { DotOperand } from '@manabi/compiler';
import { axesCode } from '../axes-code.ts';
import type { Product } from './product.ts';

/**
 * Returns statements that declare the batch indices at a flat position (`batch0` …), and the index of the first element
 * of each operand there (`left`, `right`).
 */
export function batchCode({ attributes: { batch, left, right } }: Product, position: string): string[] {
  const start = ({ offset, batchStrides }: DotOperand): string =>
    [`${offset}u`, ...batchStrides.flatMap((stride, i) => (stride === 0 ? [] : [`u32(batch${i}) * ${stride}u`]))].join(
      ' + ',
    );
  return [
    ...axesCode(
      position,
      batch.map((extent, i) => ({ name: `batch${i}`, extent })),
    ),
    `let left = ${start(left)};`,
    `let right = ${start(right)};`,
  ];
}
