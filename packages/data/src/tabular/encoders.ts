import { type KindsOf, ManabiError, oneOf, optional, readOptions } from '@manabi/errors';
import { formatGiven, isPlainObject } from '@manabi/errors/internal';
import { type HostArray, hostArray } from '@manabi/ir';
import { arrayOf } from '../columns.ts';
import { type Labels, listOfLabels } from './labels.ts';
import { parsedJson, wrongJson } from './scaler.ts';

/** Category that an encoder numbers. */
export type Category = number | string | boolean;

/** Numbers categories from 0. */
export interface LabelEncoder {
  /** Categories in ascending order; the position of each is its number. */
  readonly classes: readonly Category[];
  /**
   * Returns the number of each category: int32 `[count]`.
   *
   * @throws ManabiError `data` for an unknown category
   */
  transform(labels: Labels): HostArray;
  /** Returns the categories for numbers: the reverse of `transform`. */
  inverseTransform(numbers: Labels): Category[];
  /** Returns the encoder in a form for JSON, which `labelEncoderFromJson` reads. */
  toJSON(): { readonly kind: 'labelEncoder'; readonly classes: readonly Category[] };
}

/** Options of `oneHotEncoder`. */
export interface OneHotEncoderOptions {
  /** What to do with unknown categories: `error` (default), or `ignore` for a row of zeros. */
  readonly handleUnknown?: 'error' | 'ignore';
}

/** Encodes categories as vectors with one 1. */
export interface OneHotEncoder {
  /** Categories in ascending order; the position of each is that of its 1. */
  readonly categories: readonly Category[];
  /**
   * Returns a vector for each category: float32 `[count, categories]`.
   *
   * @throws ManabiError `data` for an unknown category, unless `handleUnknown` is `ignore`
   */
  transform(labels: Labels): HostArray;
  /** Returns the category of the largest number in each row, such as of predicted probabilities; null for a row of zeros. */
  inverseTransform(vectors: HostArray | readonly (readonly number[])[]): (Category | null)[];
  /** Returns the encoder in a form for JSON, which `oneHotEncoderFromJson` reads. */
  toJSON(): {
    readonly kind: 'oneHotEncoder';
    readonly categories: readonly Category[];
    readonly handleUnknown: 'error' | 'ignore';
  };
}

const kinds = { handleUnknown: optional(oneOf('error', 'ignore'), 'error') } satisfies KindsOf<OneHotEncoderOptions>;

/**
 * Numbers the different labels in ascending order, as scikit-learn's `LabelEncoder`.
 *
 * @param labels labels that contain every category
 * @throws ManabiError `argument` unless `labels` are labels of one type, in an array, a typed array or a host array
 * @example
 * ```ts
 * import { labelEncoder } from '@manabi/data';
 *
 * const encoder = labelEncoder(['cat', 'dog', 'bird', 'cat']);
 * console.log([...encoder.transform(['dog', 'cat']).data]); // [2, 1]
 * console.log(encoder.inverseTransform([0, 1])); // ['bird', 'cat']
 * ```
 */
export function labelEncoder(labels: Labels): LabelEncoder {
  return makeLabelEncoder(sortedClasses('labelEncoder', labels));
}

/**
 * Encodes the different labels as vectors with one 1, as scikit-learn's `OneHotEncoder` does for one column.
 *
 * @param labels labels that contain every category
 * @throws ManabiError `argument` unless `labels` are labels of one type, in an array, a typed array or a host array
 * @example
 * ```ts
 * import { oneHotEncoder } from '@manabi/data';
 *
 * const encoder = oneHotEncoder(['cat', 'dog', 'cat']);
 * console.log([...encoder.transform(['dog']).data]); // [0, 1]
 * console.log(encoder.inverseTransform([[0.9, 0.1]])); // ['cat']
 * ```
 */
export function oneHotEncoder(labels: Labels, options: OneHotEncoderOptions = {}): OneHotEncoder {
  const { handleUnknown } = readOptions('oneHotEncoder', options, kinds);
  return makeOneHotEncoder(sortedClasses('oneHotEncoder', labels), handleUnknown);
}

/**
 * Restores an encoder from the result of `JSON.stringify(encoder)`, or of `encoder.toJSON()`.
 *
 * @throws ManabiError `argument` for other text or objects
 * @example
 * ```ts
 * import { labelEncoder, labelEncoderFromJson } from '@manabi/data';
 *
 * const restored = labelEncoderFromJson(JSON.stringify(labelEncoder(['a', 'b'])));
 * console.log(restored.classes); // ['a', 'b']
 * ```
 */
export function labelEncoderFromJson(json: string | ReturnType<LabelEncoder['toJSON']>): LabelEncoder {
  const op = 'labelEncoderFromJson';
  const content = parsedJson(op, json);
  if (!isPlainObject(content) || content.kind !== 'labelEncoder' || !isCategories(content.classes))
    throw wrongJson(op, 'a label encoder', content);
  return makeLabelEncoder(content.classes);
}

/**
 * Restores an encoder from the result of `JSON.stringify(encoder)`, or of `encoder.toJSON()`.
 *
 * @throws ManabiError `argument` for other text or objects
 * @example
 * ```ts
 * import { oneHotEncoder, oneHotEncoderFromJson } from '@manabi/data';
 *
 * const restored = oneHotEncoderFromJson(JSON.stringify(oneHotEncoder(['a', 'b'])));
 * console.log(restored.categories); // ['a', 'b']
 * ```
 */
export function oneHotEncoderFromJson(json: string | ReturnType<OneHotEncoder['toJSON']>): OneHotEncoder {
  const op = 'oneHotEncoderFromJson';
  const content = parsedJson(op, json);
  if (!isPlainObject(content) || content.kind !== 'oneHotEncoder' || !isCategories(content.categories))
    throw wrongJson(op, 'a one-hot encoder', content);
  const { handleUnknown } = content;
  if (handleUnknown !== 'error' && handleUnknown !== 'ignore') throw wrongJson(op, 'a one-hot encoder', content);
  return makeOneHotEncoder(content.categories, handleUnknown);
}

function makeLabelEncoder(classes: readonly Category[]): LabelEncoder {
  const numbers = new Map(classes.map((label, i) => [label, i]));
  return {
    classes,
    transform(labels) {
      const list = listOfLabels('transform', 'labels', labels);
      const encoded = Int32Array.from(list, (label) => numbers.get(label) ?? unknownLabel(label, classes));
      return hostArray('int32', [list.length], encoded);
    },
    inverseTransform(given) {
      return listOfLabels('inverseTransform', 'numbers', given).map((number) => {
        if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number < classes.length)
          return classes[number];
        throw new ManabiError('index', `\`numbers\` must be integers from 0 to ${classes.length - 1}; got ${number}.`, {
          op: 'inverseTransform',
          data: { name: 'numbers', given: number },
        });
      });
    },
    toJSON: () => ({ kind: 'labelEncoder', classes: [...classes] }),
  };
}

function makeOneHotEncoder(categories: readonly Category[], handleUnknown: 'error' | 'ignore'): OneHotEncoder {
  const numbers = new Map(categories.map((label, i) => [label, i]));
  const width = categories.length;
  return {
    categories,
    transform(labels) {
      const list = listOfLabels('transform', 'labels', labels);
      const data = new Float32Array(list.length * width);
      for (const [row, label] of list.entries()) {
        const number = numbers.get(label);
        if (number !== undefined) data[row * width + number] = 1;
        else if (handleUnknown === 'error') unknownLabel(label, categories);
      }
      return hostArray('float32', [list.length, width], data);
    },
    inverseTransform(vectors) {
      const { shape, data } = arrayOf('inverseTransform', 'vectors', vectors);
      if (shape.length !== 2 || shape[1] !== width) {
        throw new ManabiError(
          'shape',
          `\`vectors\` must have the shape [count, ${width}]; got [${shape.join(', ')}].`,
          { op: 'inverseTransform', data: { name: 'vectors', shape, expected: width } },
        );
      }
      return Array.from({ length: shape[0] }, (_, row) => {
        const vector = data.subarray(row * width, (row + 1) * width);
        return vector.every((x) => x === 0) ? null : categories[vector.indexOf(Math.max(...vector))];
      });
    },
    toJSON: () => ({ kind: 'oneHotEncoder', categories: [...categories], handleUnknown }),
  };
}

function unknownLabel(label: Category, classes: readonly Category[]): never {
  throw new ManabiError(
    'data',
    `Unknown category ${formatGiven(label)}; the encoder has ${classes.length} categories. Fit the encoder to labels that contain every category.`,
    { op: 'transform', data: { label } },
  );
}

/** Returns the different labels: numbers in ascending order, texts in the order of their code points. */
function sortedClasses(op: string, labels: Labels): readonly Category[] {
  const classes = [...new Set(listOfLabels(op, 'labels', labels))];
  const types = new Set(classes.map((label) => typeof label));
  if (types.size === 1) return classes.sort(compareCategories);
  throw new ManabiError('argument', `\`labels\` must have one type; got ${[...types].sort().join(' and ')}.`, {
    op,
    data: { name: 'labels' },
  });
}

function compareCategories(a: Category, b: Category): number {
  if (typeof a !== 'string' || typeof b !== 'string') return Number(a) - Number(b);
  const [x, y] = [[...a], [...b]];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const difference = (x[i].codePointAt(0) ?? 0) - (y[i].codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
}

function isCategories(value: unknown): value is readonly Category[] {
  const isCategory = (item: unknown): boolean => ['number', 'string', 'boolean'].includes(typeof item);
  return Array.isArray(value) && value.length > 0 && value.every(isCategory) && new Set(value).size === value.length;
}
