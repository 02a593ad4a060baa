import { type DType, float32ToFloat16, type HostArray } from '@manabi/ir';
import type { TensorProto } from '../proto/messages.ts';
import type { TermDType } from './term.ts';

/** Number of each dtype in `TensorProto.DataType` of the ONNX standard. */
export const DATA_TYPES: { readonly [D in TermDType]: number } = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
};

/** Name of each number in `TensorProto.DataType` of the ONNX standard, for messages. */
export const DATA_TYPE_NAMES: readonly string[] = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'uint4',
  'int4',
  'float4e2m1',
  'float8e8m0',
  'uint2',
  'int2',
];

/**
 * Returns the elements of an array as little-endian bytes, as ONNX requires. On little-endian machines, the result is a
 * view of the array, not a copy, except for float16.
 */
function rawBytes({ dtype, data: elements }: HostArray): Uint8Array {
  const data = dtype === 'float16' ? float32ToFloat16(Float32Array.from(elements)) : elements;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (IS_LITTLE_ENDIAN || data.BYTES_PER_ELEMENT === 1) return bytes;
  const swapped = bytes.slice();
  for (let at = 0; at < swapped.length; at += data.BYTES_PER_ELEMENT) {
    swapped.subarray(at, at + data.BYTES_PER_ELEMENT).reverse();
  }
  return swapped;
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Creates a tensor message with the elements of an array. */
export function tensorProto(name: string, array: HostArray): TensorProto {
  return { name, dims: array.shape.map(BigInt), dataType: DATA_TYPES[array.dtype], rawData: rawBytes(array) };
}

/** Creates an int64 tensor message, which ONNX requires for shapes, axes and indices. */
export function int64Proto(name: string, shape: readonly number[], values: readonly number[]): TensorProto {
  const data = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, i) => {
    data.setBigInt64(8 * i, BigInt(value), true);
  });
  return { name, dims: shape.map(BigInt), dataType: DATA_TYPES.int64, rawData: new Uint8Array(data.buffer) };
}

/** Returns whether a dtype in a file is also a dtype of graphs, which excludes int64. */
export function isGraphDType(dtype: TermDType): dtype is DType {
  return dtype !== 'int64';
}
