/** Number of passes over the flowers with which the worker trains. */
export const epochs = 50;

/** What the page sends to the worker: the lengths of the flower to predict, now and after each epoch. */
export type Flower = readonly number[];

/** What the worker sends to the page. */
export type Report =
  | { readonly kind: 'epoch'; readonly epoch: number; readonly loss: number; readonly accuracy: number }
  | { readonly kind: 'prediction'; readonly probabilities: readonly number[] }
  | { readonly kind: 'failed'; readonly message: string };
