import type { Attributes, AxisPair } from '../../graph/graph.ts';
import type { DType } from '../../types/dtype.ts';
import { formatType, type Shape, type TensorType } from '../../types/shape.ts';
import { checkAxes, checkCount, checkDType, checkEqualDTypes } from '../infer-checks.ts';
import { axesBut } from '../layout/axes.ts';
import { refusal, resultType } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';

const accepted: readonly DType[] = ['float32', 'float64', 'float16', 'int32', 'uint32'];

/**
 * Returns the batch, contracted and free axes of each operand of `dot`. Free axes are all those that are neither batch
 * nor contracted.
 */
export function dotAxes(left: Shape, right: Shape, { batch, contract }: Attributes['dot']) {
  const side = (shape: Shape, which: 0 | 1) => {
    const batched = batch.map((pair) => pair[which]);
    const contracted = contract.map((pair) => pair[which]);
    return { batch: batched, contract: contracted, free: axesBut(shape.length, [...batched, ...contracted]) };
  };
  return { left: side(left, 0), right: side(right, 1) };
}

/**
 * Sum of products over the pairs of axes `contract`, for each index of the pairs `batch` (NumPy einsum, ONNX MatMul).
 *
 * For z = dot(x, y) with contract [[1, 0]] and no batch: z[i, j] = Σ x[i, k] · y[k, j]. The result has the batch axes,
 * then the free axes of the left operand, then those of the right. Operands are float32, float64, float16, int32 or
 * uint32, and sums have the same dtype, except that sums of float16 are float32 and rounded once; integers wrap.
 */
export const dot: Operator<'dot'> = {
  infer: (operands, attributes) => {
    checkCount('dot', operands, ['left', 'right']);
    const [left, right] = operands;
    checkDType('dot', 'left', left, (dtype) => accepted.includes(dtype));
    checkEqualDTypes('dot', operands, ['left', 'right']);
    const pairs = [...attributes.batch, ...attributes.contract];
    const axesOf = (which: 0 | 1): number[] => pairs.map((pair) => pair[which]);
    checkAxes('dot', 'left', left, axesOf(0));
    checkAxes('dot', 'right', right, axesOf(1));
    for (const pair of pairs) checkPair(left, right, pair);
    const axes = dotAxes(left.shape, right.shape, attributes);
    const shape = [
      ...axes.left.batch.map((axis) => left.shape[axis]),
      ...axes.left.free.map((axis) => left.shape[axis]),
      ...axes.right.free.map((axis) => right.shape[axis]),
    ];
    return [resultType('dot', left.dtype, shape)];
  },
};

function checkPair(left: TensorType, right: TensorType, [i, j]: AxisPair): void {
  if (left.shape[i] === right.shape[j]) return;
  throw refusal(
    'shape',
    'dot',
    `Axis ${i} of left, ${formatType(left)}, must have the length of axis ${j} of right, ${formatType(right)}: ` +
      `${left.shape[i]} and ${right.shape[j]} differ. Check the shapes or transpose an operand.`,
    { left: left.shape, right: right.shape, pair: [i, j] },
  );
}
