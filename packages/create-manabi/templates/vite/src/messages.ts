/** What the page sends to the worker. */
export type Request =
  /** Predict this drawing, now and while the training goes on: 28 by 28 pixels from 0 to 255, or null for no drawing. */
  | { readonly kind: 'predict'; readonly pixels: Uint8Array | null }
  /** Stop the training; the network keeps what it has learned. */
  | { readonly kind: 'stop' };

/** What the worker sends to the page. */
export type Report =
  /** The training starts on a backend, which was chosen for a reason. */
  | { readonly kind: 'started'; readonly backend: string; readonly reason: string; readonly steps: number }
  /** The training has completed a number of steps. Loss and accuracy are means of the last epoch. */
  | { readonly kind: 'progress'; readonly step: number; readonly loss: number; readonly accuracy: number }
  | { readonly kind: 'prediction'; readonly probabilities: readonly number[] }
  /** The training has ended; the accuracy is that on 10,000 digits that it has not seen. */
  | { readonly kind: 'ended'; readonly accuracy: number }
  | { readonly kind: 'failed'; readonly message: string };
