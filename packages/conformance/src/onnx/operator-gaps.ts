import type { OpName } from '@manabi/ir';

/** Samples of operators that cannot be exported or that ONNX Runtime computes differently, with the reason. */
export interface OperatorGap {
  readonly ops: readonly OpName[];
  /** Regular expression that matches the names of the samples. */
  readonly sample: RegExp;
  readonly reason: string;
}

/** The tested samples that cannot be exported, or that ONNX Runtime computes differently. */
export const operatorGaps: readonly OperatorGap[] = [
  {
    ops: ['bitcast'],
    sample: /^(float32 as u?int32|u?int32 as float32|vector|scalar)$/,
    reason: 'ONNX has BitCast only since opset 26, and ONNX Runtime has no kernel for it.',
  },
  {
    ops: ['reduceMax', 'reduceMin'],
    sample: /^ties, NaN and infinities, axis (0 float(32|16)|[01] float64)$/,
    reason: 'ONNX Runtime ignores NaN when it compares whole rows, and always in float64.',
  },
  {
    ops: ['argMax', 'argMin'],
    sample: /^ties, NaN and infinities/,
    reason: 'ONNX Runtime ignores NaN.',
  },
  {
    ops: ['topK'],
    sample: /^NaN (first|last)$/,
    reason: 'ONNX Runtime does not define the order of NaN.',
  },
  {
    ops: ['maxPool'],
    sample: /^first NaN$/,
    reason: 'ONNX Runtime ignores NaN.',
  },
  {
    ops: ['tan'],
    sample: /^huge arguments float64$/,
    reason: 'ONNX Runtime computes in float32, in which huge angles are rounded to other angles.',
  },
  {
    ops: ['reduceProd'],
    sample: /^vector uint32$/,
    reason: 'ONNX Runtime multiplies in int64; the product overflows and saturates instead of wrapping.',
  },
];

/**
 * Operators and composites that ONNX Runtime computes in float32 even for float64 operands, because it has no float64
 * kernels for them.
 */
export const inFloat32: readonly string[] = ['erf', 'asin', 'atan', 'tan', 'gelu', 'erfc', 'erfInv', 'acos'];
