import {
  type Kind,
  type KindsOf,
  kind,
  ManabiError,
  optional,
  positiveInteger,
  readArgument,
  readOptions,
} from '@manabi/errors';
import { formatGiven } from '@manabi/errors/internal';
import { checkHostArray, type HostArray, hostArray, sizeOf } from '@manabi/ir';
import { isList, shapeOfLists } from './nested-lists.ts';

/** Class indices: an array, nested arrays of the same shape, a typed array, or a host array. */
export type ClassIndices = ArrayLike<number> | readonly ClassIndices[] | HostArray;

/** Options of `toCategorical`. */
export interface ToCategoricalOptions {
  /** Number of classes (default: the largest index plus 1). */
  readonly numClasses?: number;
}

const kinds = { numClasses: optional(positiveInteger) } satisfies KindsOf<ToCategoricalOptions>;

const OP = 'toCategorical';

const indicesKind: Kind<object> = kind(
  'an array of class indices',
  (given): given is object => typeof given === 'object' && given !== null,
);

/**
 * Converts class indices to one-hot vectors. As in Keras, a last axis of length 1 is replaced by the vectors.
 *
 * @returns float32 array [...shape of the indices, numClasses]
 * @throws ManabiError `index` for indices outside [0, numClasses), which include negative ones; `shape` for nested
 * arrays of different lengths; `argument` for values that are not integers
 * @example
 * ```ts
 * import { toCategorical } from '@manabi/text';
 *
 * console.log([...toCategorical([0, 2]).data]); // [1, 0, 0, 0, 0, 1]
 * ```
 */
export function toCategorical(indices: ClassIndices, options: ToCategoricalOptions = {}): HostArray {
  const given = readArgument(OP, 'indices', indices, indicesKind);
  const { numClasses } = readOptions(OP, options, kinds);
  const { shape, numbers } = 'dtype' in given ? elementsOf(given) : flatten(given);
  const classes = numClasses ?? numbers.reduce((most, index) => Math.max(most, index), -1) + 1;
  if (classes < 1) {
    throw new ManabiError('argument', 'Cannot infer `numClasses` from an array without indices. Pass `numClasses`.', {
      op: OP,
    });
  }
  const data = new Float32Array(numbers.length * classes);
  numbers.forEach((index, i) => {
    if (!Number.isInteger(index)) throw notAnIndex(index);
    if (index < 0 || index >= classes) throw outside(index, classes);
    data[i * classes + index] = 1;
  });
  const outer = shape.length > 1 && shape[shape.length - 1] === 1 ? shape.slice(0, -1) : shape;
  return hostArray('float32', [...outer, classes], data);
}

interface Flat {
  readonly shape: readonly number[];
  readonly numbers: readonly number[];
}

function elementsOf(array: unknown): Flat {
  checkHostArray(OP, array);
  return { shape: array.shape, numbers: Array.from(array.data) };
}

function flatten(nested: object): Flat {
  const shape = shapeOfLists(OP, nested);
  const numbers: number[] = [];
  const visit = (part: unknown, axis: number): void => {
    if (axis === shape.length) {
      if (typeof part !== 'number') throw notAnIndex(part);
      numbers.push(part);
    } else {
      if (!isList(part) || part.length !== shape[axis]) throw ragged(shape, part);
      for (let i = 0; i < part.length; i++) visit(part[i], axis + 1);
    }
  };
  visit(nested, 0);
  return { shape: sizeOf(shape) === 0 ? shape.slice(0, shape.indexOf(0) + 1) : shape, numbers };
}

function notAnIndex(given: unknown): ManabiError {
  return new ManabiError('argument', `Class indices must be integers; got ${formatGiven(given)}.`, { op: OP });
}

function outside(index: number, classes: number): ManabiError {
  return new ManabiError(
    'index',
    `Class indices must be in [0, ${classes}); got ${index}. Increase \`numClasses\`, or correct the index.`,
    { op: OP, data: { index, classes } },
  );
}

function ragged(shape: readonly number[], given: unknown): ManabiError {
  return new ManabiError(
    'shape',
    `Nested arrays must have the shape [${shape.join(', ')}] of the first one; found ${formatGiven(given)}.`,
    { op: OP, data: { shape } },
  );
}
