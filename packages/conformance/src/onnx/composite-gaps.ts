/** A sample of a composite for which ONNX Runtime computes a different result, with the reason. */
export interface CompositeGap {
  readonly composite: string;
  /** Form of composites in the exported file, as operators or inlined, for which the result differs. Default: both. */
  readonly composites?: 'operators' | 'bodies';
  /** Text that the name of the sample contains. */
  readonly sample: string;
  readonly reason: string;
}

/** Samples of composites for which ONNX Runtime is known to compute different results. */
export const compositeGaps: readonly CompositeGap[] = [
  {
    composite: 'silu',
    sample: '[130]',
    reason: 'The optimizer of ONNX Runtime replaces it with QuickGelu, which has no float64 kernel.',
  },
  ...['gelu', 'silu', 'mish', 'softsign', 'hardSwish'].map((composite) => ({
    composite,
    composites: 'operators' as const,
    sample: '[15]',
    reason: 'ONNX Runtime returns NaN at infinity: it multiplies infinity by 0 or divides it by infinity.',
  })),
];
