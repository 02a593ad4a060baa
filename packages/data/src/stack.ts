import { ManabiError } from '@manabi/errors';
import { checkHostArray, type DType, dtypes, type ElementArray, equalShapes, type HostArray } from '@manabi/ir';
import { checkDepth } from './depth.ts';
import { type Batched, describeValue, isHostArray, isPlainObject, partPath } from './structure.ts';

/** Description of an element whose structure, dtype or shape differs from that of the first element of its batch. */
export interface Misfit {
  /** Index of the differing element in the batch. */
  readonly position: number;
  readonly problem: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Error for an element whose structure, dtype or shape differs from that of the first element of its batch. The stage
 * `batch` converts it to an error that names the index in the dataset.
 */
export class MisfitError extends Error {
  readonly misfit: Misfit;

  constructor(misfit: Misfit) {
    super(misfit.problem);
    this.misfit = misfit;
  }
}

/**
 * Stacks elements into a batch of new arrays.
 *
 * @param elements at least one element
 * @throws MisfitError if an element has another structure, dtype or shape than the first, or cannot be stored in an array
 */
export function stack<T>(elements: readonly T[]): Batched<T> {
  // `stackPart` follows `Batched` case by case, which TypeScript cannot infer.
  return stackPart(elements, '', 0) as Batched<T>;
}

function stackPart(parts: readonly unknown[], path: string, depth: number): unknown {
  checkDepth('batch', depth);
  const [first] = parts;
  if (typeof first === 'string') return sameKind(parts, path, (part): part is string => typeof part === 'string');
  if (Array.isArray(first)) {
    const arrays = sameKind(
      parts,
      path,
      (part): part is unknown[] => Array.isArray(part) && part.length === first.length,
    );
    return first.map((_, index) =>
      stackPart(
        arrays.map((array) => array[index]),
        partPath(path, index),
        depth + 1,
      ),
    );
  }
  if (isHostArray(first) || !isPlainObject(first)) return stackArrays(parts, path);
  const keys = Object.keys(first);
  const objects = sameKind(
    parts,
    path,
    (part): part is Readonly<Record<string, unknown>> =>
      isPlainObject(part) && Object.keys(part).length === keys.length && keys.every((key) => key in part),
  );
  return Object.fromEntries(
    keys.map((key) => [
      key,
      stackPart(
        objects.map((object) => object[key]),
        partPath(path, key),
        depth + 1,
      ),
    ]),
  );
}

function sameKind<P>(parts: readonly unknown[], path: string, isSame: (part: unknown) => part is P): P[] {
  return parts.map((part, position) => {
    if (isSame(part)) return part;
    throw misfit(parts, position, path, 'another structure');
  });
}

function stackArrays(parts: readonly unknown[], path: string): HostArray {
  const arrays = parts.map((part, position) => {
    const array = asHostArray(part);
    if (array !== undefined) {
      checkFits(array, position, path);
      return array;
    }
    throw misfit(parts, position, path, 'which cannot be stored in an array');
  });
  const [{ dtype, shape }] = arrays;
  const size = arrays[0].data.length;
  const data = dtypes[dtype].create(arrays.length * size);
  for (const [position, array] of arrays.entries()) {
    if (array.dtype !== dtype) throw misfit(arrays, position, path, 'another dtype');
    if (!equalShapes(array.shape, shape)) throw misfit(arrays, position, path, 'another shape');
    if (array.data.length === 1) data[position * size] = array.data[0];
    else data.set(array.data, position * size);
  }
  return { dtype, shape: [arrays.length, ...shape], data };
}

/** Checks that the dtype, shape and data of a user's host array are consistent. */
function checkFits(array: HostArray, position: number, path: string): void {
  try {
    checkHostArray('batch', array);
  } catch (cause) {
    if (!(cause instanceof ManabiError)) throw cause;
    const where = path === '' ? 'its array' : `the array at ${path}`;
    throw new MisfitError({ position, problem: `${where} is inconsistent: ${cause.message}`, data: { path } });
  }
}

const ARRAY_DTYPES: Readonly<Record<string, DType>> = {
  Float32Array: 'float32',
  Float64Array: 'float64',
  Int32Array: 'int32',
  Uint32Array: 'uint32',
  Uint8Array: 'uint8',
};

/**
 * Converts a value to a host array: a number to float32, a boolean to bool, a typed array to rank 1; undefined for
 * other values.
 */
export function asHostArray(value: unknown): HostArray | undefined {
  if (isHostArray(value)) return value;
  if (typeof value === 'number') return { dtype: 'float32', shape: [], data: Float32Array.of(value) };
  if (typeof value === 'boolean') return { dtype: 'bool', shape: [], data: Uint8Array.of(value ? 1 : 0) };
  if (!isElementArray(value)) return undefined;
  return { dtype: ARRAY_DTYPES[value[Symbol.toStringTag]], shape: [value.length], data: value };
}

function isElementArray(value: unknown): value is ElementArray {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value).slice(8, -1) in ARRAY_DTYPES;
}

function misfit(parts: readonly unknown[], position: number, path: string, what: string): MisfitError {
  const [first, part] = [describeValue(parts[0]), describeValue(parts[position])];
  const where = path === '' ? '' : ` at ${path}`;
  const problem =
    position === 0
      ? `${first}${where} cannot be stored in an array. Map the elements to host arrays, numbers or strings before batch().`
      : `got ${what}${where}: ${part}; the first element of the batch is ${first}. Resize or pad the elements before batch().`;
  const shapes = [parts[0], parts[position]].filter(isHostArray).map(({ shape }) => shape);
  return new MisfitError({
    position,
    problem,
    data: { path, first, got: part, ...(shapes.length === 2 ? { shapes } : {}) },
  });
}
