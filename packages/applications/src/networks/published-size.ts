import type { BuildOptions } from '../build/architecture.ts';

/** Size of images for which most weights are published. */
const DEFAULT_SIZE = 224;

/**
 * Returns for which of several published sizes of images a network is created, and the number of rows with which Keras
 * names the model.
 *
 * @param sizes sizes for which weights are published; square images of another size use the weights for 224 pixels
 */
export function publishedSize(
  { inputShape, inputTensor, includeTop, weights }: BuildOptions,
  sizes: readonly number[],
): { readonly size: number; readonly rows: string } {
  const [rows, columns] = inputShape ?? inputTensor?.shape.slice(1) ?? [includeTop ? DEFAULT_SIZE : null];
  const isPublished = rows !== null && rows !== undefined && (columns ?? rows) === rows && sizes.includes(rows);
  const size = isPublished ? rows : DEFAULT_SIZE;
  return {
    size,
    rows: weights === 'imagenet' ? String(size) : rows === null || rows === undefined ? 'None' : String(rows),
  };
}
