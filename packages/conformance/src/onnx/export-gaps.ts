import type { Composites } from './agreement.ts';

/** Something that is not exported, or not to the same numbers, and why. */
export interface ExportGap {
  /** The name of the case. */
  readonly case: string;
  /** Both ways of writing composites, if left out. */
  readonly composites?: Composites;
  readonly reason: string;
}

/** The list of all that does not work. */
export const exportGaps: readonly ExportGap[] = [
  {
    case: 'preprocessing 12 Resizing {"height":3,"width":3}',
    composites: 'operators',
    reason: 'Whole numbers are rounded, and where one is half way, ONNX Runtime may fall on the other side.',
  },
];
