import type { AxisPair } from '../../graph/graph.ts';
import { type DType, dtypeNames, isFloat } from '../../types/dtype.ts';
import type { Shape } from '../../types/shape.ts';
import { anyOf } from '../layout/recipes.ts';
import type { Exemption, Sample } from '../sample.ts';
import { distinct, values } from '../sample-operands.ts';
import type { ContractionOps } from './contraction.ts';

function dot(
  name: string,
  left: Shape,
  right: Shape,
  batch: readonly AxisPair[],
  contract: readonly AxisPair[],
  dtype: DType = 'float32',
): Sample<'dot'> {
  return { name, operands: [anyOf(dtype, left), anyOf(dtype, right)], attributes: { batch, contract } };
}

function topK(
  name: string,
  shape: Shape,
  k: number,
  axis: number,
  largest: boolean,
  dtype: DType = 'float32',
): Sample<'topK'> {
  const operand = isFloat(dtype) ? distinct(dtype, shape) : anyOf(dtype, shape);
  return { name, operands: [operand], attributes: { k, axis, largest } };
}

function special(
  name: string,
  dtype: DType,
  elements: readonly number[],
  largest: boolean,
  exempt?: Exemption,
): Sample<'topK'> {
  return {
    name,
    operands: [values(dtype, elements)],
    attributes: { k: elements.length, axis: 0, largest },
    exempt,
  };
}

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** Test samples of `dot` and `topK`. */
export const contractionSamples: { readonly [K in ContractionOps]: readonly Sample<K>[] } = {
  dot: [
    ...(['float32', 'float64', 'float16', 'int32', 'uint32'] as const).map((dtype) =>
      dot(dtype, [3, 4], [4, 5], [], [[1, 0]], dtype),
    ),
    dot('scalars', [], [], [], []),
    dot('outer product', [3], [2, 4], [], []),
    dot('inner product', [7], [7], [], [[0, 0]]),
    dot('left transposed', [4, 3], [4, 5], [], [[0, 0]]),
    dot('right transposed', [3, 4], [5, 4], [], [[1, 1]]),
    dot('batch', [2, 3, 4], [2, 4, 5], [[0, 0]], [[2, 1]]),
    dot('batch axes at other positions', [3, 4, 2], [5, 2, 4], [[2, 1]], [[1, 2]]),
    dot(
      'two batch and two contracted axes, crossed',
      [2, 3, 4, 5, 2],
      [5, 3, 2, 2, 4],
      [
        [0, 2],
        [1, 1],
      ],
      [
        [4, 3],
        [3, 0],
      ],
    ),
    dot(
      'elementwise product',
      [3, 4],
      [4, 3],
      [
        [0, 1],
        [1, 0],
      ],
      [],
    ),
    dot('matrix times vector', [5, 3], [3], [], [[1, 0]]),
    dot('axes of one element', [1, 1], [1, 1], [], [[1, 0]]),
    dot('empty contracted axis', [3, 0], [0, 2], [], [[1, 0]]),
    dot('empty result', [0, 4], [4, 3], [], [[1, 0]]),
    dot('not multiples of four', [17, 23], [23, 29], [], [[1, 0]]),
    dot('batched, larger than a tile', [3, 13, 37], [3, 19, 37], [[0, 0]], [[2, 2]]),
  ],
  topK: [
    ...dtypeNames.filter((dtype) => dtype !== 'bool').map((dtype) => topK(dtype, [3, 7], 3, 1, true, dtype)),
    ...dtypeNames.filter((dtype) => dtype !== 'bool').map((dtype) => topK(`sorted ${dtype}`, [9], 9, 0, false, dtype)),
    topK('first axis', [5, 3], 2, 0, true),
    topK('middle axis', [2, 5, 3], 4, 1, false),
    topK('k of 1 on an axis of one element', [3, 1], 1, 1, true),
    topK('k of 0', [3, 4], 0, 1, true),
    topK('k of 0 on an empty axis', [3, 0], 0, 1, false),
    topK('without lines', [0, 4], 2, 1, true),
    topK('large', [7, 61], 10, 1, true),
    special('NaN first', 'float32', [1, nan, -infinity, infinity, nan, 1, 0], true, 'special'),
    special('NaN last', 'float32', [1, nan, -infinity, infinity, nan, 1, 0], false, 'special'),
    special('ties keep their order', 'float32', [2, 1, 2, 0, -0, 1, 2], true, 'ties'),
    special('ascending ties keep their order', 'float32', [2, 1, 2, 0, -0, 1, 2], false, 'ties'),
    special('extreme integers', 'int32', [-2147483648, 2147483647, 0, -1, 2147483647], true),
    special('extreme unsigned integers', 'uint32', [0, 4294967295, 1, 2147483648], false),
  ],
};
