/** Height and width of the pictures that the network sees. */
export const SIDE = 96;

/** A picture: SIDE rows of SIDE pixels, each with red, green and blue from 0 to 255. */
export type PicturePixels = Uint8Array;

/** A picture of a class. The program computes the features of each picture once. */
export interface Picture {
  readonly id: number;
  readonly pixels: PicturePixels;
}

/** The formats in which the trained network can be downloaded. */
export type FileFormat = 'keras' | 'onnx';

export type Input =
  /** The pictures of each class. The training starts again. */
  | { readonly type: 'examples'; readonly classes: readonly (readonly Picture[])[] }
  /** Unfreezes the last convolution, and trains on. */
  | { readonly type: 'fineTune' }
  /** The picture whose probabilities are shown; null for none. */
  | { readonly type: 'question'; readonly picture: Picture | null }
  | { readonly type: 'save'; readonly format: FileFormat };

/** How far a training is. */
export interface Progress {
  readonly step: number;
  /** Mean loss of all pictures that the network trains on. */
  readonly loss: number;
  /** Part of these pictures that the network recognizes. */
  readonly accuracy: number;
  /** The same of the pictures that are held out; null if none are. */
  readonly heldOut: number | null;
}

/** The network after some steps. */
export interface Output {
  readonly phase: 'none' | 'head' | 'fineTuning';
  readonly progress: Progress;
  /** Number of pictures to train on, and of those that are held out. */
  readonly pictures: { readonly train: number; readonly heldOut: number };
  /** Whether the phase has come to its end. */
  readonly isComplete: boolean;
  /** The probability of each class for the picture of the reader; null without one. */
  readonly answer: { readonly picture: number; readonly probabilities: readonly number[] } | null;
  /** A file that the reader asked for, in one report. */
  readonly file: { readonly format: FileFormat; readonly bytes: Uint8Array<ArrayBuffer> } | null;
}
