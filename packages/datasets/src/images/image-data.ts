import type { HostArray } from '@manabi/ir';

/** Images with their class labels. */
export interface LabelledImages {
  /** Pixels in [0, 255]: uint8 `[count, height, width, channels]`. */
  readonly images: HostArray;
  /** Class indices: uint8 `[count]`. */
  readonly labels: HostArray;
}

/** Images for training and for testing. */
export interface ImageClassificationData {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}
