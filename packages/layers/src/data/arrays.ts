import { type ElementArray, type HostArray, hostArray, isTensor, ManabiError, type Tensor } from '@manabi/core';
import { isHostArray } from '@manabi/data';
import { wrongArgument } from '@manabi/errors';
import { nestedToHost } from './nested-rows.ts';

/** Elements that a model is trained or run on: the first axis is that of the samples. */
export type TrainingArray = HostArray | Tensor | ElementArray | readonly TrainingRows[];

/** A row of nested arrays, or what is in it. */
export type TrainingRows = number | boolean | ElementArray | readonly TrainingRows[];

/** One batch's worth of elements, as a compiled step takes them. */
export type Datum = HostArray | Tensor;

/** What arrays may be, for messages. */
export const ARRAYS = 'a host array, tensor, typed array or nested arrays of numbers';

/** Whether something is an array as a whole, rather than a list or record of arrays. */
export function isDatum(value: unknown): value is Datum {
  return isTensor(value) || isHostArray(value);
}

/**
 * Elements as host arrays or tensors, float64 as float32; nothing is read from tensors.
 *
 * @param name what the elements are called in messages: `x`, `y`, `sampleWeight`
 * @throws ManabiError `argument` for texts and whatever holds no numbers; `shape` for ragged arrays, host arrays whose
 * elements do not fill their shape, and a single number
 */
export function toDatum(op: string, name: string, value: unknown): Datum {
  const datum = convert(op, name, value);
  if (datum.shape.length > 0) return datum;
  throw new ManabiError(
    'shape',
    `\`${name}\` is a single number; its first axis must be that of the samples. Give [number], or of a dataset of single ` +
      'samples, dataset.batch(32).',
    { op, data: { name, shape: datum.shape } },
  );
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

/** Whether something is a typed array of a dtype. */
function isElementArray(value: unknown): value is ElementArray {
  return (
    value instanceof Float32Array ||
    value instanceof Float64Array ||
    value instanceof Int32Array ||
    value instanceof Uint32Array ||
    value instanceof Uint8Array
  );
}
