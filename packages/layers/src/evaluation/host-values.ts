import { type ElementArray, type HostArray, hostArray, isTensor, ManabiError } from '@manabi/core';
import { isHostArray } from '@manabi/data/internal';
import { type ArgumentLocation, type Kind, wrongArgument } from '@manabi/errors';

/** A class label: an integer or a string. Booleans are read as 0 and 1. */
export type Label = number | string;

/** Class labels of samples: an array, typed array or host array with one label per sample. */
export type Labels = readonly (Label | boolean)[] | ElementArray | HostArray;

/** A number for each sample: an array, typed array or host array of one axis, or of two axes with one column. */
export type SampleValues = readonly number[] | ElementArray | HostArray;

/** One number or one row of numbers for each sample: nested arrays, or a typed or host array. */
export type SampleRows = SampleValues | readonly (readonly number[] | ElementArray)[];

const READ_FIRST = 'Read the tensor first: await tensor.data() or await tensor.array().';

/** Returns an error for an argument of another type. */
function wrongValues(location: ArgumentLocation, expected: string, given: unknown): ManabiError {
  return wrongArgument(location, expected, given, isTensor(given) ? READ_FIRST : '');
}

/**
 * Returns the elements of an array, typed array or host array with one value per sample; null for other values. A host
 * array may have a second axis of length 1.
 */
function elementsOf(given: unknown, location: ArgumentLocation): readonly unknown[] | null {
  if (Array.isArray(given)) return given;
  if (isHostArray(given)) {
    const { shape, data } = hostArray(given.dtype, given.shape, given.data);
    if (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) return Array.from(data);
    throw new ManabiError(
      'shape',
      `\`${location.name}\` must have one value per sample; got shape [${shape.join(', ')}]. Pass one column of it, or ` +
        'the class with the largest score of each row.',
      { op: location.op, data: { name: location.name, shape } },
    );
  }
  return isNumbers(given) ? Array.from(given) : null;
}

/** Returns whether a value is a typed array of numbers. */
function isNumbers(given: unknown): given is ElementArray {
  return ArrayBuffer.isView(given) && !(given instanceof DataView) && typeof Reflect.get(given, 0) !== 'bigint';
}

const LABELS = 'an array of class labels (integers or strings), one per sample';

/** Validates class labels, and converts them to an array of numbers or strings. */
export const labelsKind: Kind<readonly Label[]> = {
  expected: LABELS,
  accepts: (given) => Array.isArray(given) || isHostArray(given) || isNumbers(given),
  read: (given, location) => {
    const elements = elementsOf(given, location);
    if (elements === null) throw wrongValues(location, LABELS, given);
    const labels = Array.from(elements, (element, i) =>
      toLabel(element, { ...location, name: `${location.name}[${i}]` }),
    );
    const other = labels.findIndex((label) => typeof label !== typeof labels[0]);
    if (other === -1) return labels;
    throw wrongValues(
      { ...location, name: `${location.name}[${other}]` },
      `a ${typeof labels[0]}, like the labels before it`,
      labels[other],
    );
  },
};

/** Validates a single class label. */
export const labelKind: Kind<Label> = {
  expected: 'a class label (an integer or a string)',
  accepts: (given) => typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean',
  read: toLabel,
};

function toLabel(given: unknown, location: ArgumentLocation): Label {
  if (typeof given === 'string') return given;
  if (typeof given === 'boolean') return Number(given);
  if (Number.isInteger(given)) return Number(given);
  const isScore = typeof given === 'number' && Number.isFinite(given);
  throw wrongArgument(
    location,
    'a class label (an integer or a string)',
    given,
    isScore ? 'Convert scores to labels first: the index of the largest score, or score > 0.5.' : '',
  );
}

const VALUES = 'an array of finite numbers, one per sample';

/** Validates one finite number per sample. */
export const valuesKind: Kind<readonly number[]> = {
  expected: VALUES,
  accepts: (given) => Array.isArray(given) || isHostArray(given) || isNumbers(given),
  read: (given, location) => {
    const elements = elementsOf(given, location);
    if (elements === null) throw wrongValues(location, VALUES, given);
    return elements.map((element, i) => finite(element, location, `[${i}]`));
  },
};

function finite(given: unknown, { op, name }: ArgumentLocation, position: string): number {
  if (typeof given === 'number' && Number.isFinite(given)) return given;
  if (typeof given === 'boolean') return Number(given);
  throw wrongArgument({ op, name: `${name}${position}` }, 'a finite number', given);
}

const ROWS = 'an array with a finite number, or a row of finite numbers, per sample';

/** Validates one number or one row of numbers per sample, and converts numbers to rows of length 1. */
export const rowsKind: Kind<readonly (readonly number[])[]> = {
  expected: ROWS,
  accepts: (given) => Array.isArray(given) || isHostArray(given) || isNumbers(given),
  read: (given, location) => {
    const rows = rowsOf(given);
    if (rows === null) throw wrongValues(location, ROWS, given);
    const read = rows.map((row, i) => Array.from(row, (element, j) => finite(element, location, `[${i}][${j}]`)));
    const other = read.findIndex(({ length }) => length !== read[0].length);
    if (other === -1) return read;
    throw new ManabiError(
      'shape',
      `All rows of \`${location.name}\` must have the same length; row 0 has ${read[0].length}, row ${other} has ` +
        `${read[other].length}. Pad or cut the rows.`,
      { op: location.op, data: { name: location.name, row: other } },
    );
  },
};

function rowsOf(given: unknown): readonly (readonly unknown[])[] | null {
  if (isHostArray(given)) {
    const { shape, data } = hostArray(given.dtype, given.shape, given.data);
    const width = shape.slice(1).reduce((size, length) => size * length, 1);
    const [count = 1] = shape;
    if (shape.length > 2) return null;
    return Array.from({ length: count }, (_, i) => Array.from(data.subarray(i * width, (i + 1) * width)));
  }
  if (Array.isArray(given)) {
    return Array.from(given, (row: unknown) => (Array.isArray(row) ? row : isNumbers(row) ? Array.from(row) : [row]));
  }
  return isNumbers(given) ? Array.from(given, (element) => [element]) : null;
}

/** Arguments with one entry per sample, by name. */
interface SampleArguments {
  readonly [name: string]: { readonly length: number } | null;
  readonly sampleWeight: readonly number[] | null;
}

/**
 * Checks that arrays have one entry for each of the same samples, and that there is a sample with a weight.
 *
 * @throws ManabiError `shape` for different lengths; `argument` for no samples, and if all weights are zero
 */
export function checkSamples(op: string, arrays: SampleArguments): void {
  const lengths = Object.entries(arrays).flatMap(([name, array]) =>
    array === null ? [] : [{ name, length: array.length }],
  );
  const [first] = lengths;
  const other = lengths.find(({ length }) => length !== first.length);
  if (other !== undefined) {
    throw new ManabiError(
      'shape',
      `\`${first.name}\` has ${first.length} samples, but \`${other.name}\` has ${other.length}. Pass one entry per sample in both.`,
      { op, data: { lengths: Object.fromEntries(lengths.map(({ name, length }) => [name, length])) } },
    );
  }
  if (first.length === 0) {
    throw new ManabiError('argument', `\`${first.name}\` must contain at least one sample; got none.`, {
      op,
      data: { name: first.name },
    });
  }
  if (arrays.sampleWeight?.every((weight) => weight === 0)) {
    throw new ManabiError('argument', '`sampleWeight` must contain a weight other than 0; all are 0.', {
      op,
      data: { name: 'sampleWeight' },
    });
  }
}

/**
 * Returns the distinct labels in ascending order.
 *
 * @throws ManabiError `argument` for numbers beside strings
 */
export function distinctLabels(op: string, ...lists: readonly (readonly Label[])[]): readonly Label[] {
  const types = new Set(lists.flatMap((list) => (list.length === 0 ? [] : [typeof list[0]])));
  if (types.size > 1) {
    throw new ManabiError(
      'argument',
      'Labels must be all numbers or all strings; got both. Convert one of the arrays.',
      {
        op,
        data: { types: [...types] },
      },
    );
  }
  return [...new Set(lists.flat())].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Returns the sum of numbers. */
export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Returns the mean of numbers with weights; null weighs all alike. */
export function weightedMean(values: readonly number[], weights: readonly number[] | null): number {
  if (weights === null) return total(values) / values.length;
  return values.reduce((sum, value, i) => sum + value * weights[i], 0) / total(weights);
}
