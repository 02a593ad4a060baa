import { type KindsOf, optional, readOptions } from '@manabi/errors';
import { hostArray } from '@manabi/ir';
import { abortable } from './abort.ts';
import type { Cardinality } from './cardinality.ts';
import { columnsFor } from './columns.ts';
import { Dataset } from './dataset.ts';
import { type ElementSource, generatorStage } from './from-generator.ts';
import { tableStage } from './host-rows.ts';
import { type Table, tableOf } from './rows.ts';
import { checkFunction, countKind } from './stage.ts';
import type { Sliced, Slices, TensorLike } from './structure.ts';
import { emptyArray, replaceTensors } from './tensors.ts';

/**
 * Creates a dataset of the rows of arrays in memory: element `i` consists of row `i` (along the first axis) of each array, in the
 * structure of `slices` (one array, or objects, arrays and tuples of them).
 *
 * Arrays may be host arrays, tensors, typed arrays, nested arrays of numbers (float32) or booleans, lists of strings, and
 * lists of records such as `[{ age: 31, name: 'Ada' }, …]`, whose fields are columns. Nested arrays are one array of rows: pass
 * several columns as an object. Rows share the memory of the arrays; tensors are read by the first iteration.
 *
 * @throws ManabiError `shape` if the lengths of the first axes differ or an array is a scalar, `data` if there are no
 * rows, `argument` for another value, or nested arrays of different lengths
 * @example
 * ```ts
 * import { fromTensorSlices } from '@manabi/data';
 * import { hostArray } from 'manabi';
 *
 * const images = hostArray('uint8', [3, 2, 2, 1], new Uint8Array(12));
 * const [batch] = await fromTensorSlices({ images, labels: [0, 1, 0] }).batch(2).toArray();
 * console.log(batch.images.shape); // [2, 2, 2, 1]
 * console.log([...batch.labels.data]); // [0, 1]
 * ```
 */
export function fromTensorSlices<const T>(slices: T & Slices<T>): Dataset<Sliced<T>> {
  const op = 'fromTensorSlices';
  const tensors: TensorLike[] = [];
  // Tensors are replaced by arrays of their shape, so that errors are found now.
  const shapes = replaceTensors(slices, op, (tensor) => {
    tensors.push(tensor);
    return emptyArray(tensor);
  });
  const table = tableOf<Sliced<T>>(shapes, op, columnsFor(op));
  if (tensors.length === 0) return new Dataset(tableStage(table, op));
  const { count } = table;
  let reading: Promise<Table<Sliced<T>>> | undefined;
  const read = async (): Promise<Table<Sliced<T>>> => {
    const values = await Promise.all(tensors.map(async (x) => hostArray(x.dtype, x.shape, await x.data())));
    let next = 0;
    return tableOf<Sliced<T>>(
      replaceTensors(slices, op, () => values[next++]),
      op,
      columnsFor(op),
    );
  };
  return new Dataset({
    path: op,
    cardinality: count,
    skipIterations() {},
    async *open(signal) {
      reading ??= read();
      const values = await abortable(reading, signal);
      yield* tableStage(values, op).open(signal);
    },
  });
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
 * import { fromGenerator } from '@manabi/data';
 *
 * const squares = fromGenerator(function* () {
 *   for (let i = 0; i < 4; i++) yield i * i;
 * });
 * console.log(await squares.toArray()); // [0, 1, 4, 9]
 * ```
 */
export function fromGenerator<T>(source: ElementSource<T>, options: GeneratorOptions = {}): Dataset<T> {
  checkFunction('fromGenerator', source, 'that returns an iterable: fromGenerator(function* () { … })');
  const { cardinality } = readOptions('fromGenerator', options, kinds);
  const known: Cardinality = cardinality ?? 'unknown';
  return new Dataset(generatorStage(source, known));
}
