import { int } from '../write/attribute.ts';
import { isEmpty, isFloat32 } from './operand.ts';
import { bodyOnly, type CompositeRow, type CompositeRows } from './row.ts';

/** Names of composites that are reductions. */
export type ReductionName =
  | 'reduceMean'
  | 'variance'
  | 'any'
  | 'all'
  | 'reduceL1'
  | 'reduceL2'
  | 'reduceSumSquare'
  | 'reduceLogSum'
  | 'logSumExp'
  | 'softmax'
  | 'logSoftmax'
  | 'softmaxCrossEntropy'
  | 'sigmoidCrossEntropy';

function overAxes(opType: string): CompositeRow<{ readonly axes: readonly number[] }> {
  return (scope, node, { axes }) => {
    const [x] = node.operands;
    if (!isFloat32(scope, node) || axes.length === 0 || isEmpty(scope, x)) return null;
    const { writer: w } = scope;
    return [w.emitOne(opType, [scope.term(x), w.int64(axes)], 'float32', { keepdims: int(0) })];
  };
}

function alongAxis(opType: string): CompositeRow<{ readonly axis: number }> {
  return (scope, node, { axis }) => {
    const [x] = node.operands;
    if (!isFloat32(scope, node) || isEmpty(scope, x)) return null;
    return [scope.writer.emitOne(opType, [scope.term(x)], 'float32', { axis: int(axis) })];
  };
}

export const reductionRows: CompositeRows<ReductionName> = {
  reduceMean: overAxes('ReduceMean'),
  variance: bodyOnly('ONNX has no operator that returns only a variance.'),
  any: bodyOnly('Its definition is one ReduceMax.'),
  all: bodyOnly('Its definition is one ReduceMin.'),
  reduceL1: overAxes('ReduceL1'),
  reduceL2: overAxes('ReduceL2'),
  reduceSumSquare: overAxes('ReduceSumSquare'),
  reduceLogSum: overAxes('ReduceLogSum'),
  logSumExp: overAxes('ReduceLogSumExp'),
  softmax: alongAxis('Softmax'),
  logSoftmax: alongAxis('LogSoftmax'),
  softmaxCrossEntropy: bodyOnly('ONNX Runtime has kernels of SoftmaxCrossEntropyLoss only in training builds.'),
  sigmoidCrossEntropy: bodyOnly('ONNX has no such loss.'),
};
