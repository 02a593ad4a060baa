/** A sample of a composite for which ONNX Runtime computes something else, and why. */
export interface CompositeGap {
  readonly composite: string;
  /** Both ways of writing composites, if left out. */
  readonly composites?: 'operators' | 'bodies';
  /** A part of the sample's name. */
  readonly sample: string;
  readonly reason: string;
}

/** The list of all that differs. */
export const compositeGaps: readonly CompositeGap[] = [
  {
    composite: 'silu',
    sample: '[130]',
    reason: "ONNX Runtime's optimizer makes a QuickGelu of float64 of it, for which it has no kernel.",
  },
  ...['gelu', 'silu', 'mish', 'softsign', 'hardSwish'].map((composite) => ({
    composite,
    composites: 'operators' as const,
    sample: '[15]',
    reason: 'At infinity, ONNX Runtime multiplies it by 0 or divides it by itself, which is NaN.',
  })),
];
