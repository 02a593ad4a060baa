import { type HostArray, hostArray } from '@manabi/core';
import { decodeElements, elementKinds, swapBytes } from '@manabi/data/internal';
import { FileError } from '@manabi/files';
import { dtypes } from '@manabi/ir';
import { elementOfDType } from './storages.ts';
import type { TensorRef } from './tensors.ts';

/** Largest number of elements of tensors that repeat elements of their storage, beyond four times the size of the file. */
const MOST_REPEATED = 1 << 24;

/** Function that returns a tensor's elements as a host array, given the bytes of its storage. */
export type ReadTensor = (name: string, tensor: TensorRef, storage: Uint8Array<ArrayBuffer>) => HostArray;

/**
 * Returns a function that decodes tensors of one file. Elements of a view are gathered in row-major order; equal views share
 * one array. The size of all results is limited, because views may repeat elements.
 *
 * @param isBigEndian byte order of the storages
 */
export function tensorReader(source: string, fileSize: number, isBigEndian: boolean): ReadTensor {
  const found = new Map<string, HostArray>();
  let left = 4 * fileSize + MOST_REPEATED;
  return (name, tensor, storage) => {
    const { dtype, offset, shape, strides } = tensor;
    const key = JSON.stringify([tensor.storage.key, dtype, offset, shape, strides]);
    const known = found.get(key);
    if (known !== undefined) return known;
    const element = elementOfDType(`torch.${dtype}`);
    if (element === undefined || element.kind === null) throw unsupportedType(source, name, dtype);
    const size = shape.reduce((product, length) => product * length, 1);
    const last = shape.reduce((sum, length, axis) => sum + (length - 1) * strides[axis], offset);
    if (size > 0 && (last + 1) * element.bytes > storage.length) {
      throw new FileError(
        'corrupt',
        `Tensor '${name}' in ${source} exceeds its storage: it needs ${(last + 1) * element.bytes} bytes, but the storage has ` +
          `${storage.length}. Save or download the file again.`,
        { data: { source, tensor: name, expected: (last + 1) * element.bytes, got: storage.length } },
      );
    }
    left -= size;
    if (left < 0) {
      throw new FileError(
        'tooLarge',
        `Refused to read ${source}: its tensors repeat so many elements that they need far more memory than the file. Save ` +
          'tensor.contiguous() instead of an expanded tensor.',
        { data: { source, tensor: name, shape } },
      );
    }
    const count = size === 0 ? 0 : last + 1 - offset;
    const bytes = storage.subarray(offset * element.bytes, (offset + count) * element.bytes);
    const ordered = isBigEndian ? bytes.slice() : bytes;
    if (isBigEndian) swapBytes(ordered, element.bytes);
    const elements = decodeElements(element.kind, ordered, { source, array: name });
    const type = elementKinds[element.kind].dtype;
    if (isRowMajor(shape, strides) || size === 0) {
      const array = hostArray(type, shape, elements);
      found.set(key, array);
      return array;
    }
    const data = dtypes[type].create(size);
    gather(elements, data, shape, strides);
    const array = hostArray(type, shape, data);
    found.set(key, array);
    return array;
  };
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}

/** Copies the elements of a view to row-major order. */
function gather(
  from: ArrayLike<number>,
  to: { [i: number]: number },
  shape: readonly number[],
  strides: readonly number[],
): void {
  const index = shape.map(() => 0);
  const size = shape.reduce((product, length) => product * length, 1);
  let position = 0;
  for (let i = 0; i < size; i++) {
    to[i] = from[position];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]++;
      position += strides[axis];
      if (index[axis] < shape[axis]) break;
      position -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

function unsupportedType(source: string, tensor: string, dtype: string): FileError {
  return new FileError(
    'unsupported',
    `Tensor '${tensor}' in ${source} has the unsupported element type torch.${dtype}. Save tensor.float().`,
    { data: { source, tensor, dtype } },
  );
}
