import type { OpName } from '@manabi/ir';

/** Samples of operators that a file cannot hold, or for which ONNX Runtime computes something else, and why. */
export interface OperatorGap {
  readonly ops: readonly OpName[];
  /** Matches the sample's name. */
  readonly sample: RegExp;
  readonly reason: string;
}

/** The list of all that differs. */
export const operatorGaps: readonly OperatorGap[] = [
  {
    ops: ['bitcast'],
    sample: /^(float32 as u?int32|u?int32 as float32|vector|scalar)$/,
    reason: 'ONNX has BitCast from opset 26 on, and ONNX Runtime has no kernel of it.',
  },
  {
    ops: ['reduceMax', 'reduceMin'],
    sample: /^ties, NaN and infinities, axis (0 float32|[01] float64)$/,
    reason: 'ONNX Runtime passes over NaN where it compares whole rows, and in float64.',
  },
  {
    ops: ['argMax', 'argMin'],
    sample: /^ties, NaN and infinities/,
    reason: 'ONNX Runtime passes over NaN.',
  },
  {
    ops: ['topK'],
    sample: /^NaN (first|last)$/,
    reason: 'ONNX Runtime orders NaN as it comes.',
  },
  {
    ops: ['maxPool'],
    sample: /^first NaN$/,
    reason: 'ONNX Runtime passes over NaN.',
  },
  {
    ops: ['tan'],
    sample: /^huge arguments float64$/,
    reason: 'ONNX Runtime has a kernel of float32 alone, in which huge angles are others.',
  },
  {
    ops: ['reduceProd'],
    sample: /^vector uint32$/,
    reason: 'The product is beyond int64, in which ONNX Runtime multiplies: it saturates where it would wrap.',
  },
];

/** Operators and composites of float64 that ONNX Runtime computes in float32, for which alone it has kernels. */
export const inFloat32: readonly string[] = ['erf', 'asin', 'atan', 'tan', 'gelu', 'erfc', 'erfInv', 'acos'];
