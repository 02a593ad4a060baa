import { type Attributes, type DType, type GraphBuilder, type Node, sizeOf, type Value } from '@manabi/ir';
import type { Routine } from '../../graph/routine.ts';

/** Attributes of the routine `topK`. The rows of the operand are contiguous in memory. */
export interface TopKAttributes {
  /** Dtype of the elements. */
  readonly dtype: DType;
  /** Number of rows. */
  readonly rows: number;
  /** Length of a row. */
  readonly length: number;
  /** Number of elements to select. */
  readonly k: number;
  /** True to select the largest elements, false for the smallest. */
  readonly largest: boolean;
}

/** Selects the k largest or smallest elements of each row. Results are their values and indices. */
export const topK: Routine<TopKAttributes> & { readonly name: 'topK' } = {
  name: 'topK',
  covers: { operators: ['topK'], composites: [], pattern: null, accepts: null },
  operands: ['rows'],
  standardForm: ({ builder, node, operands: [x] }) => topKOfLastAxis(builder, x, attributesOf(node)),
  attributes: ({ node, operands: [{ dtype, shape }] }) => {
    const { k, largest } = attributesOf(node);
    return { dtype, rows: sizeOf(shape.slice(0, -1)), length: shape[shape.length - 1], k, largest };
  },
  epilogue: null,
  // Each element is compared with the worst of the k best elements so far, which few elements replace.
  cost: ({ rows, length, k }) => ({
    name: `${k} of ${rows}x${length}`,
    operations: rows * length,
    reads: [rows * length],
  }),
  print: ({ rows, length, k, largest }, [input], results) =>
    `${results.join(', ')} = ${k} ${largest ? 'largest' : 'smallest'} of ${rows} rows of ${length} of ${input}`,
};

function attributesOf(node: Node): Attributes['topK'] {
  if (node.op !== 'topK') throw new Error(`The routine topK does not cover ${node.op}.`);
  return node.attributes;
}

function topKOfLastAxis(builder: GraphBuilder, x: Value, { k, axis, largest }: Attributes['topK']): readonly Value[] {
  const rank = builder.shape(x).length;
  const last = rank - 1;
  if (axis === last) return builder.topK(x, k, axis, largest);
  const swap = Array.from({ length: rank }, (_, i) => (i === axis ? last : i === last ? axis : i));
  return builder.topK(builder.transpose(x, swap), k, last, largest).map((result) => builder.transpose(result, swap));
}
