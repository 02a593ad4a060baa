import type { Composites } from './agreement.ts';

/** A model that cannot be exported, or that computes different results in ONNX Runtime, with the reason. */
export interface ExportGap {
  /** Name of the tested model. */
  readonly case: string;
  /** Form of composites in the exported file, as operators or inlined, for which the case fails. Default: both. */
  readonly composites?: Composites;
  readonly reason: string;
}

/** The tested models that cannot be exported, or that compute different results in ONNX Runtime. */
export const exportGaps: readonly ExportGap[] = [
  {
    case: 'preprocessing 12 Resizing {"height":3,"width":3}',
    composites: 'operators',
    reason:
      'The result is rounded to integers, and ONNX Runtime may round a value halfway between two of them differently.',
  },
];
