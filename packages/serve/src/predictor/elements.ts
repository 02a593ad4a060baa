import { type DType, type ElementArray, float16ToFloat32, float32ToFloat16 } from '@manabi/ir';

/** Names of element types in the protocol of KServe. */
export type ElementName =
  | 'BOOL'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'FP16'
  | 'FP32'
  | 'FP64';

/** Properties of an element type. */
export interface ElementFacts {
  /** Dtype of the host arrays that hold such elements. */
  readonly dtype: DType;
  /** Name in the protocol of TensorFlow Serving. */
  readonly tensorFlow: string;
  /** Name in messages, as in NumPy. */
  readonly name: string;
  readonly isInteger: boolean;
  /** Smallest and largest number that an element can hold; larger floats would become infinite. */
  readonly min: number;
  readonly max: number;
  /** Bytes per element in binary requests and responses. */
  readonly bytes: number;
  /** Converts the bytes of a binary request, which are aligned. */
  readonly decode: (buffer: ArrayBuffer) => ArrayLike<number>;
  /** Converts elements to the array whose bytes a binary response contains. */
  readonly encode: (data: ElementArray) => ArrayBufferView;
}

/** Largest numbers that round to a finite float32 and float16. */
const LARGEST_FLOAT32 = 3.4028235677973362e38;
const LARGEST_FLOAT16 = 65519.99;

const float = { isInteger: false };
const integer = (min: number, max: number) => ({ isInteger: true, min, max });
const signed = (bits: number) => integer(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1);
const unsigned = (bits: number) => integer(0, 2 ** bits - 1);

/**
 * Every element type of requests and responses. Elements of int64 and uint64 are float64 on the host, as in `@manabi/onnx`,
 * and are limited to integers that float64 represents. The functions assume the byte order of the protocol, little-endian,
 * which every engine of JavaScript uses.
 */
export const elements: Readonly<Record<ElementName, ElementFacts>> = {
  BOOL: {
    ...integer(0, 1),
    dtype: 'bool',
    tensorFlow: 'DT_BOOL',
    name: 'bool',
    bytes: 1,
    decode: (buffer) => new Uint8Array(buffer),
    encode: (data) => data,
  },
  UINT8: {
    ...unsigned(8),
    dtype: 'uint8',
    tensorFlow: 'DT_UINT8',
    name: 'uint8',
    bytes: 1,
    decode: (buffer) => new Uint8Array(buffer),
    encode: (data) => data,
  },
  UINT16: {
    ...unsigned(16),
    dtype: 'int32',
    tensorFlow: 'DT_UINT16',
    name: 'uint16',
    bytes: 2,
    decode: (buffer) => new Uint16Array(buffer),
    encode: (data) => Uint16Array.from(data),
  },
  UINT32: {
    ...unsigned(32),
    dtype: 'uint32',
    tensorFlow: 'DT_UINT32',
    name: 'uint32',
    bytes: 4,
    decode: (buffer) => new Uint32Array(buffer),
    encode: (data) => data,
  },
  UINT64: {
    ...integer(0, Number.MAX_SAFE_INTEGER),
    dtype: 'float64',
    tensorFlow: 'DT_UINT64',
    name: 'uint64',
    bytes: 8,
    decode: (buffer) => Float64Array.from(new BigUint64Array(buffer), Number),
    encode: (data) => BigUint64Array.from(data, BigInt),
  },
  INT8: {
    ...signed(8),
    dtype: 'int32',
    tensorFlow: 'DT_INT8',
    name: 'int8',
    bytes: 1,
    decode: (buffer) => new Int8Array(buffer),
    encode: (data) => Int8Array.from(data),
  },
  INT16: {
    ...signed(16),
    dtype: 'int32',
    tensorFlow: 'DT_INT16',
    name: 'int16',
    bytes: 2,
    decode: (buffer) => new Int16Array(buffer),
    encode: (data) => Int16Array.from(data),
  },
  INT32: {
    ...signed(32),
    dtype: 'int32',
    tensorFlow: 'DT_INT32',
    name: 'int32',
    bytes: 4,
    decode: (buffer) => new Int32Array(buffer),
    encode: (data) => data,
  },
  INT64: {
    ...integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    dtype: 'float64',
    tensorFlow: 'DT_INT64',
    name: 'int64',
    bytes: 8,
    decode: (buffer) => Float64Array.from(new BigInt64Array(buffer), Number),
    encode: (data) => BigInt64Array.from(data, BigInt),
  },
  FP16: {
    ...float,
    min: -LARGEST_FLOAT16,
    max: LARGEST_FLOAT16,
    dtype: 'float16',
    tensorFlow: 'DT_HALF',
    name: 'float16',
    bytes: 2,
    decode: (buffer) => float16ToFloat32(new Uint16Array(buffer)),
    encode: (data) => float32ToFloat16(Float32Array.from(data)),
  },
  FP32: {
    ...float,
    min: -LARGEST_FLOAT32,
    max: LARGEST_FLOAT32,
    dtype: 'float32',
    tensorFlow: 'DT_FLOAT',
    name: 'float32',
    bytes: 4,
    decode: (buffer) => new Float32Array(buffer),
    encode: (data) => data,
  },
  FP64: {
    ...float,
    min: -Number.MAX_VALUE,
    max: Number.MAX_VALUE,
    dtype: 'float64',
    tensorFlow: 'DT_DOUBLE',
    name: 'float64',
    bytes: 8,
    decode: (buffer) => new Float64Array(buffer),
    encode: (data) => data,
  },
};

/**
 * Returns the element type with a name of NumPy or ONNX, such as `float32`; null for types that requests cannot contain.
 */
export function elementNamed(name: string | null): ElementName | null {
  // The keys of `elements` are the names of the element types.
  const names = Object.keys(elements) as ElementName[];
  return names.find((element) => elements[element].name === name) ?? null;
}
