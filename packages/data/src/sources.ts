import { type KindsOf, optional, readOptions } from '@manabi/errors';
import type { Cardinality } from './cardinality.ts';
import { Dataset } from './dataset.ts';
import { type ElementSource, generatorStage } from './from-generator.ts';
import { type Rows, tableOf } from './rows.ts';
import { checkFunction, countKind, rowStage } from './stage.ts';
import type { Slices } from './structure.ts';

/**
 * Creates a dataset of the rows of arrays in memory: element `i` consists of row `i` (along the first axis) of each
 * host array, in the structure of `slices` (one array, or objects, arrays and tuples of them). Rows share the memory of
 * the arrays.
 *
 * @throws ManabiError `shape` if the lengths of the first axes differ or an array is a scalar, `data` if there are no
 * rows, `argument` for a value other than host arrays
 * @example
 * ```ts
 * const images = hostArray('uint8', [3, 2, 2, 1], new Uint8Array(12));
 * const labels = hostArray('uint8', [3], Uint8Array.of(0, 1, 0));
 * const [batch] = await fromTensorSlices({ images, labels }).batch(2).toArray();
 * batch.images.shape; // => [2, 2, 2, 1]
 * ```
 */
export function fromTensorSlices<const T>(slices: T & Slices<T>): Dataset<T> {
  const table = tableOf<T>(slices, 'fromTensorSlices');
  const rows: Rows<T> = {
    table,
    order() {
      let index = 0;
      return () => (index < table.count ? index++ : -1);
    },
    skipIterations() {},
  };
  return new Dataset(rowStage('fromTensorSlices', table.count, rows));
}

/** Options of `fromGenerator`. */
export interface GeneratorOptions {
  /** Number of elements, if it is known beforehand; reported as `cardinality` and not checked. */
  readonly cardinality?: number;
}

const kinds = { cardinality: optional(countKind(0, true)) } satisfies KindsOf<GeneratorOptions>;

/**
 * Creates a dataset of the elements that a function returns: a generator function, or any function that returns an iterable
 * or a promise of one. The function is called once per iteration.
 *
 * @param source receives a signal that fires when the iteration ends early
 * @throws ManabiError `argument` unless `source` is a function; while iterating, `data` with the index of the element at
 * which the source failed
 * @example
 * ```ts
 * const squares = fromGenerator(function* () {
 *   for (let i = 0; i < 4; i++) yield i * i;
 * });
 * await squares.toArray(); // => [0, 1, 4, 9]
 * ```
 */
export function fromGenerator<T>(source: ElementSource<T>, options: GeneratorOptions = {}): Dataset<T> {
  checkFunction('fromGenerator', source, 'that returns an iterable: fromGenerator(function* () { … })');
  const { cardinality } = readOptions('fromGenerator', options, kinds);
  const known: Cardinality = cardinality ?? 'unknown';
  return new Dataset(generatorStage(source, known));
}
