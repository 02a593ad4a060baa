import {
  type ArrayLike,
  type ElementArray,
  type HostArray,
  hostArray,
  isTensor,
  ManabiError,
  type Tensor,
  tensor,
} from '@manabi/core';
import { isHostArray } from '@manabi/data';

/** Elements that a model is trained or run on: the first axis is that of the samples. */
export type TrainingArray = HostArray | Tensor | ElementArray | readonly TrainingRows[];

/** A row of nested arrays, or what is in it. */
export type TrainingRows = number | boolean | ElementArray | readonly TrainingRows[];

/** One batch's worth of elements, as a compiled step takes them. */
export type Datum = HostArray | Tensor;

/** Whether something is an array as a whole, rather than a list or record of arrays. */
export function isDatum(value: unknown): value is Datum {
  return isTensor(value) || isHostArray(value);
}

/**
 * Elements as host arrays or tensors, float64 as float32; nothing is read from tensors.
 *
 * @param name what the elements are called in messages: `x`, `y`, `sampleWeight`
 * @throws ManabiError `argument` for texts and whatever holds no numbers; `shape` for ragged arrays and for a single number
 */
export function toDatum(op: string, name: string, value: unknown): Datum {
  const datum = convert(op, name, value);
  if (datum.shape.length > 0) return datum;
  throw new ManabiError('shape', `${name} is a single number; the first axis must be that of the samples.`, {
    op,
    data: { argument: name, shape: datum.shape },
  });
}

/**
 * Elements in host memory; those of a tensor are read.
 *
 * @throws ManabiError as `toDatum`
 */
export async function toHostData(op: string, name: string, value: unknown): Promise<HostArray> {
  const datum = toDatum(op, name, value);
  return isTensor(datum) ? hostArray(datum.dtype, datum.shape, await datum.data()) : datum;
}

function convert(op: string, name: string, value: unknown): Datum {
  if (isTensor(value)) return value;
  if (isHostArray(value)) return value.dtype === 'float64' ? asFloat32(value) : value;
  if (isElementArray(value)) {
    if (value instanceof Float64Array) return hostArray('float32', [value.length], Float32Array.from(value));
    return fromElements(value);
  }
  checkNumbers(op, name, value);
  return fromNested(op, name, value);
}

function asFloat32({ shape, data }: HostArray): HostArray {
  return hostArray('float32', shape, Float32Array.from(data));
}

function fromElements(data: ElementArray): HostArray {
  const dtype =
    data instanceof Float32Array
      ? 'float32'
      : data instanceof Int32Array
        ? 'int32'
        : data instanceof Uint32Array
          ? 'uint32'
          : 'uint8';
  return hostArray(dtype, [data.length], data);
}

/** Nested arrays, of which the innermost may be typed. */
function fromNested(op: string, name: string, rows: ArrayLike): Tensor {
  try {
    return tensor(plain(rows));
  } catch (error) {
    if (!(error instanceof ManabiError)) throw error;
    throw new ManabiError(error.code, `${name}: ${error.message}`, {
      op,
      data: { ...error.data, argument: name },
      cause: error,
    });
  }
}

function plain(rows: ArrayLike): ArrayLike {
  if (typeof rows === 'number' || typeof rows === 'boolean') return rows;
  return isElementArray(rows) ? Array.from(rows) : rows.map(plain);
}

function isElementArray(value: unknown): value is ElementArray {
  return (
    value instanceof Float32Array ||
    value instanceof Float64Array ||
    value instanceof Int32Array ||
    value instanceof Uint32Array ||
    value instanceof Uint8Array
  );
}

/** The first thing in nested arrays, found along their first items, tells what they hold. */
function checkNumbers(op: string, name: string, value: unknown): asserts value is ArrayLike {
  let first = value;
  while (Array.isArray(first) && first.length > 0) first = first[0];
  if (typeof first === 'number' || typeof first === 'boolean' || isElementArray(first) || Array.isArray(first)) return;
  const isText = typeof first === 'string';
  throw new ManabiError(
    'argument',
    isText
      ? `${name} holds texts ('${first}'), and networks compute with numbers. Encode them first: number the different ` +
          'texts and give the numbers.'
      : `${name} must be a host array, tensor, typed array or nested arrays of numbers, but ${describe(first)} was found.`,
    { op, data: { argument: name, found: isText ? 'string' : describe(first) } },
  );
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (isTensor(value) || isHostArray(value)) return 'a list of arrays where one array belongs';
  const maker: unknown = Object(value).constructor;
  return typeof value === 'object' && typeof maker === 'function'
    ? `an instance of ${maker.name}`
    : `a ${typeof value}`;
}
