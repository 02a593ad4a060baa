import { type ElementArray, type HostArray, hostArray, isTensor, ManabiError, type Tensor } from '@manabi/core';
import { isHostArray } from '@manabi/data/internal';
import { wrongArgument } from '@manabi/errors';
import { nestedToHost } from './nested-rows.ts';

/** An array of samples to train on or to predict; its first axis is the axis of samples. */
export type TrainingArray = HostArray | Tensor | ElementArray | readonly TrainingRows[];

/**
 * An element of a nested array: a number, a boolean, a text for a model that begins with a text layer, or a row of further
 * elements.
 */
export type TrainingRows = number | boolean | string | ElementArray | readonly TrainingRows[];

/** An array in a form that a compiled step accepts: a host array or a tensor. */
export type Datum = HostArray | Tensor;

/** Names the supported kinds of arrays in messages. */
export const ARRAYS = 'a host array, tensor, typed array or nested arrays of numbers';

/** Returns whether a value is a single array, rather than a list or object of arrays. */
export function isDatum(value: unknown): value is Datum {
  return isTensor(value) || isHostArray(value);
}

/**
 * Converts data to a host array or tensor, float64 to float32. Tensors are returned as they are.
 *
 * @param name name of the data in messages: `x`, `y`, `sampleWeight`
 * @throws ManabiError `argument` for text and other non-numeric data; `shape` for ragged arrays, for host arrays whose
 * elements do not fill their shape, and for a single number
 */
export function toDatum(op: string, name: string, value: unknown): Datum {
  const datum = convert(op, name, value);
  if (datum.shape.length > 0) return datum;
  throw new ManabiError(
    'shape',
    `\`${name}\` must have an axis of samples; got a single number. Pass [number], or batch a dataset of single samples: ` +
      'dataset.batch(32).',
    { op, data: { name, shape: datum.shape } },
  );
}

/**
 * Converts data to a host array; reads tensors from their backend.
 *
 * @throws ManabiError as documented at `toDatum`
 */
export async function toHostData(op: string, name: string, value: unknown): Promise<HostArray> {
  const datum = toDatum(op, name, value);
  return isTensor(datum) ? hostArray(datum.dtype, datum.shape, await datum.data()) : datum;
}

function convert(op: string, name: string, value: unknown): Datum {
  if (isTensor(value)) return value;
  if (isHostArray(value)) {
    const { dtype, shape, data } = hostArray(value.dtype, value.shape, value.data);
    return dtype === 'float64' ? hostArray('float32', shape, Float32Array.from(data)) : value;
  }
  if (isElementArray(value)) return fromElements(value);
  if (Array.isArray(value)) return nestedToHost(op, name, value);
  if (typeof value === 'number' || typeof value === 'boolean')
    return hostArray('float32', [], Float32Array.of(Number(value)));
  throw wrongArgument(
    { op, name },
    ARRAYS,
    value,
    ArrayBuffer.isView(value) ? 'Convert it: Float32Array.from(array, Number).' : '',
  );
}

function fromElements(data: ElementArray): HostArray {
  if (data instanceof Float64Array) return hostArray('float32', [data.length], Float32Array.from(data));
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

/** Returns whether a value is a typed array of a supported dtype. */
function isElementArray(value: unknown): value is ElementArray {
  return (
    value instanceof Float32Array ||
    value instanceof Float64Array ||
    value instanceof Int32Array ||
    value instanceof Uint32Array ||
    value instanceof Uint8Array
  );
}
