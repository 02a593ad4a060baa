import { type Attributes, type Node, sizeOf, unravelIndex } from '@manabi/ir';
import type { Routine } from '../../graph/routine.ts';
import type { DotAttributes, DotOperand } from './attributes.ts';
import { contractionOf } from './contraction.ts';
import { productInStandardForm } from './standard-form.ts';

/** Routine for matrix products, batched or not, whose operands may have any strides. */
export const dot: Routine<DotAttributes> & { readonly name: 'dot' } = {
  name: 'dot',
  covers: { operators: ['dot'], composites: [], pattern: null, accepts: null },
  operands: ['strided', 'strided'],
  standardForm: (site) => [productInStandardForm(site, attributesOf(site.node))],
  attributes: ({ node, operands, results: [{ dtype }], views }) =>
    contractionOf(
      dtype,
      attributesOf(node),
      operands.map(({ shape }) => shape),
      views,
    ),
  epilogue: {
    axes: ({ batch, rows, columns }) => [...batch, sizeOf(rows), sizeOf(columns)],
    index: (axes, { batch }, { node, operands: [left], results: [{ shape }] }) => {
      const [row, column] = axes.slice(-2);
      const firstColumn = left.shape.length - attributesOf(node).contract.length;
      return [
        ...axes.slice(0, -2),
        ...unravelIndex(row, shape.slice(batch.length, firstColumn)),
        ...unravelIndex(column, shape.slice(firstColumn)),
      ];
    },
  },
  cost: ({ batch, rows, columns, contract, left, right }) => {
    const side = (extents: readonly number[]): string => (extents.length === 0 ? '1' : extents.join('·'));
    return {
      name: `${batches(batch)}${side(rows)} x ${side(columns)}, k ${side(contract)}`,
      operations: 2 * sizeOf(batch) * sizeOf(rows) * sizeOf(columns) * sizeOf(contract),
      reads: [
        elementsRead(left, [...batch, ...rows, ...contract]),
        elementsRead(right, [...batch, ...columns, ...contract]),
      ],
    };
  },
  print: ({ batch, rows, columns, contract, left, right }, operands) =>
    `${batches(batch)}${printExtents(rows)}x${printExtents(columns)}, k ${printExtents(contract)}: ` +
    `${printOperand(operands[0], left)} times ${printOperand(operands[1], right)}`,
};

function attributesOf(node: Node): Attributes['dot'] {
  if (node.op !== 'dot') throw new Error(`The routine dot does not cover ${node.op}.`);
  return node.attributes;
}

function batches(batch: readonly number[]): string {
  return batch.length > 0 ? `${batch.join('x')} of ` : '';
}

/**
 * Returns the number of different elements of an operand that a product reads. Axes of stride 0 are not counted,
 * because they repeat the same elements.
 */
function elementsRead({ batchStrides, freeStrides, contractStrides }: DotOperand, extents: readonly number[]): number {
  const strides = [...batchStrides, ...freeStrides, ...contractStrides];
  return sizeOf(extents.filter((_, axis) => strides[axis] !== 0));
}

function printExtents(extents: readonly number[]): string {
  return extents.length > 1 ? `(${extents.join(' ')})` : String(extents[0] ?? 1);
}

function printOperand(slot: string, { offset, batchStrides, freeStrides, contractStrides }: DotOperand): string {
  const parts = [
    ['batch', batchStrides],
    ['free', freeStrides],
    ['contract', contractStrides],
  ] as const;
  const strides = parts.flatMap(([name, each]) => (each.length > 0 ? [`${name} ${each.join(' ')}`] : []));
  return `${slot}${offset === 0 ? '' : `+${offset}`}(${strides.join(', ')})`;
}
