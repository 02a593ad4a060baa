/** The bytes of a photo, or where a thread reads them. */
export type PhotoSource =
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly path: string; readonly start: number /** The end of the file if undefined. */; readonly end?: number };

/** How threads resize photos. */
export interface PhotoForm {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3 | 4;
  /** Whether to leave photos that EXIF data turn to another decoder. */
  readonly isUpright: boolean;
  /** Linear interpolation; otherwise the nearest pixel is taken. */
  readonly isLinear: boolean;
  /** What happens to photos of another aspect ratio. */
  readonly aspect: 'stretch' | 'crop' | 'pad';
  /** uint8, rounded, instead of float32. */
  readonly isBytes: boolean;
  /** Resizes as Pillow instead of TensorFlow: only to bytes of 1 or 3 channels, stretched or cropped. */
  readonly isPil: boolean;
}

/** How threads decode photos that are not resized. */
export type PixelsForm = Pick<PhotoForm, 'channels' | 'isUpright'>;

/** Work for one thread. */
export type PhotoTask =
  | { readonly kind: 'batch'; readonly photos: readonly (PhotoSource | null)[]; readonly form: PhotoForm }
  | { readonly kind: 'pixels'; readonly photo: PhotoSource; readonly form: PixelsForm };

/** Resized photos, one after the other, and the positions of those that the thread left to another decoder. */
export interface PhotoBatch {
  readonly data: ArrayBuffer;
  readonly missed: readonly number[];
}

/** A decoded photo; null if the thread left it to another decoder. */
export type PhotoPixels = { readonly height: number; readonly width: number; readonly data: ArrayBuffer } | null;

/** What threads answer to a task. */
export type AnswerTo<Task extends PhotoTask> = Task extends { readonly kind: 'batch' } ? PhotoBatch : PhotoPixels;
