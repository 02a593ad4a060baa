/** A sample of a composite for which ONNX Runtime computes a different result, with the reason. */
export interface CompositeGap {
  readonly composite: string;
  /** Form of composites in exported files to which the difference applies. Default: both. */
  readonly composites?: 'operators' | 'bodies';
  /** Part of the name of the sample. */
  readonly sample: string;
  readonly reason: string;
}

/** Known differences of ONNX Runtime in composites. */
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
