import { count, type KindsOf, optional, positiveInteger, readOptions } from '@manabi/errors';
import { checkHostArray, type HostArray } from '@manabi/ir';
import { arrayText, DEFAULTS } from './array-text.ts';

/** Options of `formatArray`, as of NumPy's `set_printoptions`. */
export interface ArrayTextOptions {
  /** Maximum number of digits after the decimal point (default: 8). */
  readonly precision?: number;
  /** Number of elements above which only the first and last of each axis are printed (default: 1000). */
  readonly threshold?: number;
  /** Number of elements printed at the start and end of each axis of a large array (default: 3). */
  readonly edgeItems?: number;
  /** Number of characters after which lines are wrapped (default: 75). */
  readonly lineWidth?: number;
}

const kinds = {
  precision: optional(count, DEFAULTS.precision),
  threshold: optional(count, DEFAULTS.threshold),
  edgeItems: optional(positiveInteger, DEFAULTS.edgeItems),
  lineWidth: optional(positiveInteger, DEFAULTS.lineWidth),
} satisfies KindsOf<ArrayTextOptions>;

/**
 * Formats the elements of a host array as NumPy does: aligned, with the shortest digits that identify the elements in
 * their dtype, and only the first and last elements of large arrays.
 *
 * @throws ManabiError `argument` for a value that is not a host array, and for invalid options
 * @example
 * ```ts
 * import { formatArray, hostArray } from 'manabi';
 *
 * console.log(formatArray(hostArray('float32', [3], Float32Array.of(0.1, 1, 20)))); // '[ 0.1,  1. , 20. ]'
 * ```
 */
export function formatArray(array: HostArray, options: ArrayTextOptions = {}): string {
  checkHostArray('formatArray', array);
  return arrayText(array, readOptions('formatArray', options, kinds));
}
