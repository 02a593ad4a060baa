import { type DType, dtypes, equalShapes, type HostArray, type Shape, sizeOf } from '@manabi/ir';
import { asHostArray } from '../stack.ts';
import { describeValue, isHostArray, isPlainObject, partPath } from '../structure.ts';

/** Problem with an element of a padded batch. */
export class PaddingError extends Error {
  readonly data: Readonly<Record<string, unknown>>;

  constructor(problem: string, data: Readonly<Record<string, unknown>>) {
    super(problem);
    this.data = data;
  }
}

/** Shapes and values of the padding, in the structure of an element or for all its arrays. */
export interface Padding {
  /** Shape of each array after padding; null for the length of the longest one, undefined for all lengths. */
  readonly paddedShapes: unknown;
  readonly paddingValues: unknown;
  /** Length for the axes that are null in `paddedShapes`, instead of the longest length. */
  readonly fill?: number;
}

/** Pads the arrays of elements to a common shape, so that they can be stacked. */
export function padded(elements: readonly unknown[], padding: Padding): readonly unknown[] {
  return padParts(elements, padding, '');
}

function padParts(parts: readonly unknown[], padding: Padding, path: string): readonly unknown[] {
  const [first] = parts;
  if (typeof first === 'string') return parts;
  const isRecord = isPlainObject(first) && !isHostArray(first);
  if (!isRecord && !Array.isArray(first)) return padArrays(parts, padding, path);
  const keys = Object.keys(first);
  checkFields('paddedShapes', padding.paddedShapes, isShape, keys, path);
  checkFields('paddingValues', padding.paddingValues, isScalar, keys, path);
  const columns = keys.map((key) => {
    const inner = Array.isArray(first) ? Number(key) : key;
    return padParts(
      parts.map((part) => fieldOf(part, key)),
      {
        ...padding,
        paddedShapes: inParts(padding.paddedShapes, key, isShape),
        paddingValues: inParts(padding.paddingValues, key, isScalar),
      },
      partPath(path, inner),
    );
  });
  return parts.map((part, i) => {
    // Another structure is reported when the elements are stacked.
    if (typeof part !== 'object' || part === null || Object.keys(part).length !== keys.length) return part;
    const values = columns.map((column) => column[i]);
    return Array.isArray(first) ? values : Object.fromEntries(keys.map((key, k) => [key, values[k]]));
  });
}

/** Returns the part of an option for a field: the option itself if it applies to all fields. */
function inParts(option: unknown, key: string, isForAll: (value: unknown) => boolean): unknown {
  if (option === undefined || isForAll(option)) return option;
  return fieldOf(option, key);
}

/**
 * Checks that an option with parts for single fields contains no others, such as misspelled ones.
 *
 * @param keys keys of the fields
 */
function checkFields(
  name: string,
  option: unknown,
  isForAll: (value: unknown) => boolean,
  keys: readonly string[],
  path: string,
): void {
  if (option === undefined || isForAll(option)) return;
  const given = typeof option === 'object' && option !== null ? Object.keys(option) : null;
  const unknown = given?.find((key) => !keys.includes(key));
  if (given !== null && unknown === undefined) return;
  const at = path === '' ? '' : ` at ${path}`;
  const problem = unknown === undefined ? `is ${describeValue(option)}` : `contains ${JSON.stringify(unknown)}`;
  throw new PaddingError(`\`${name}\`${at} ${problem}; the fields of the elements are ${keys.join(', ')}.`, {
    path,
    [name]: option,
    fields: keys,
  });
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function isShape(value: unknown): value is readonly (number | null)[] {
  return Array.isArray(value) && value.every((length) => length === null || typeof length === 'number');
}

function isScalar(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

function padArrays(
  parts: readonly unknown[],
  { paddedShapes, paddingValues = 0, fill }: Padding,
  path: string,
): readonly unknown[] {
  const arrays = parts.map((part) => asHostArray(part));
  // Values of another kind are reported when the elements are stacked.
  if (!arrays.every((array) => array !== undefined)) return parts;
  const at = path === '' ? '' : ` at ${path}`;
  const [{ shape: firstShape }] = arrays;
  const rank = firstShape.length;
  if (paddedShapes !== undefined && (!isShape(paddedShapes) || paddedShapes.length !== rank)) {
    throw new PaddingError(`\`paddedShapes\`${at} must have ${rank} lengths, as the arrays do.`, {
      path,
      paddedShapes,
    });
  }
  if (!isScalar(paddingValues)) {
    throw new PaddingError(`\`paddingValues\`${at} must be a number or boolean.`, { path, paddingValues });
  }
  const wrong = arrays.find(({ shape }) => shape.length !== rank);
  if (wrong !== undefined) {
    throw new PaddingError(`Arrays${at} must have the same rank; got [${firstShape}] and [${wrong.shape}].`, {
      path,
      shapes: [firstShape, wrong.shape],
    });
  }
  const target = firstShape.map((_, axis) => {
    const longest = arrays.reduce((length, { shape }) => Math.max(length, shape[axis]), 0);
    const wanted = (isShape(paddedShapes) ? paddedShapes[axis] : null) ?? fill ?? longest;
    if (longest <= wanted) return wanted;
    throw new PaddingError(
      `An array${at} has length ${longest} on axis ${axis}, more than the padded length ${wanted}. Truncate it before, or pass null.`,
      { path, axis, length: longest, padded: wanted },
    );
  });
  const unfit = arrays.find(
    ({ dtype, shape }) => !equalShapes(shape, target) && !canStore(dtype, Number(paddingValues)),
  );
  if (unfit !== undefined) {
    throw new PaddingError(
      `\`paddingValues\`${at} is ${paddingValues}, which ${unfit.dtype} cannot represent. Map the arrays to another dtype, or choose another value.`,
      { path, paddingValues, dtype: unfit.dtype },
    );
  }
  return arrays.map((array) => padArray(array, target, Number(paddingValues)));
}

function canStore(dtype: DType, value: number): boolean {
  const { kind, min, max } = dtypes[dtype];
  return kind === 'float' || (Number.isInteger(value) && value >= min && value <= max);
}

function padArray({ dtype, shape, data }: HostArray, target: Shape, value: number): HostArray {
  if (equalShapes(shape, target)) return { dtype, shape, data };
  const filled = dtypes[dtype].create(sizeOf(target)).fill(value);
  const copy = (axis: number, from: number, to: number): void => {
    if (axis === shape.length - 1) {
      filled.set(data.subarray(from, from + shape[axis]), to);
      return;
    }
    const [inner, outer] = [sizeOf(shape.slice(axis + 1)), sizeOf(target.slice(axis + 1))];
    for (let i = 0; i < shape[axis]; i++) copy(axis + 1, from + i * inner, to + i * outer);
  };
  if (sizeOf(shape) > 0) copy(0, 0, 0);
  return { dtype, shape: target, data: filled };
}
