import { type KindsOf, optional, readOptions } from '@manabi/errors';
import type { Cardinality } from './cardinality.ts';
import { Dataset } from './dataset.ts';
import { type ElementSource, generatorStage } from './from-generator.ts';
import { type Rows, tableOf } from './rows.ts';
import { checkFunction, countKind, rowStage } from './stage.ts';
import type { Slices } from './structure.ts';

/**
 * The rows of arrays in memory: element `i` is row `i`, along the first axis, of each host array, in the form in which
 * they were given (one array, or objects, arrays and tuples of them). Nothing is copied; rows share the arrays' memory.
 *
 * @throws ManabiError `shape` if the first lengths differ or an array has no axis, `data` if there is no row, `argument`
 * if something else than host arrays is in it
 * @example
 * ```ts
 * const { train } = await mnist();
 * for await (const { images, labels } of fromTensorSlices(train).shuffle(60000).batch(32)) …  // uint8[32, 28, 28, 1]
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
  /** Number of elements, where it is known beforehand. It is told on, not checked. */
  readonly cardinality?: number;
}

const kinds = { cardinality: optional(countKind(0, true)) } satisfies KindsOf<GeneratorOptions>;

/**
 * The elements that a function gives: a generator function, or any that returns an iterable, at once or by a promise. It
 * is called for each iteration anew.
 *
 * @param source gets a signal that fires when nothing more is wanted
 * @throws ManabiError `argument` unless it is a function; while iterating, `data` with the index of the element at which it
 * failed
 * @example `fromGenerator(function* () { for (const line of lines) yield JSON.parse(line); })`
 */
export function fromGenerator<T>(source: ElementSource<T>, options: GeneratorOptions = {}): Dataset<T> {
  checkFunction('fromGenerator', source, 'that starts afresh for each iteration, fromGenerator(function* () { … })');
  const { cardinality } = readOptions('fromGenerator', options, kinds);
  const known: Cardinality = cardinality ?? 'unknown';
  return new Dataset(generatorStage(source, known));
}
