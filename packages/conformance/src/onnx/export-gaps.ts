import type { Composites } from './agreement.ts';

/** A case that cannot be exported or computes different results, with the reason. */
export interface ExportGap {
  /** Name of the case. */
  readonly case: string;
  /** Form of composites in exported files to which the gap applies. Default: both. */
  readonly composites?: Composites;
  readonly reason: string;
}

/** Known gaps of the export of layers. */
export const exportGaps: readonly ExportGap[] = [
  {
    case: 'preprocessing 12 Resizing {"height":3,"width":3}',
    composites: 'operators',
    reason:
      'The result is rounded to integers, and ONNX Runtime may round a value halfway between two of them differently.',
  },
];
