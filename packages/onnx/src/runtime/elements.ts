import { ManabiError } from '@manabi/errors';
import {
  type DType,
  dtypes,
  type ElementArray,
  float16ToFloat32,
  float32ToFloat16,
  type HostArray,
  hostArray,
} from '@manabi/ir';
import type { Tensor } from 'onnxruntime-node';

/** Describes how values of one ONNX dtype are converted to and from host arrays. */
interface Bridge {
  /** Dtype of the host arrays to which outputs are converted. */
  readonly dtype: DType;
  /** Dtypes of the host arrays that an input accepts. */
  readonly takes: readonly DType[];
  /** Converts the elements of a host array to the array that ONNX Runtime expects. */
  readonly feed: (
    data: ElementArray,
  ) => ElementArray | Int8Array | Int16Array | Uint16Array | BigInt64Array | BigUint64Array;
}

const INTEGERS: readonly DType[] = ['int32', 'uint32', 'uint8'];

const same = (dtype: DType): Bridge => ({ dtype, takes: [dtype], feed: (data) => data });

/**
 * Conversion for each ONNX dtype that a session supports. Other ONNX dtypes, such as bfloat16 and string, correspond to
 * no dtype of manabi.
 */
const bridges: Readonly<Record<string, Bridge>> = {
  float32: same('float32'),
  float64: same('float64'),
  float16: { dtype: 'float16', takes: ['float16'], feed: (data) => float32ToFloat16(Float32Array.from(data)) },
  int32: same('int32'),
  uint32: same('uint32'),
  uint8: same('uint8'),
  bool: same('bool'),
  int8: { dtype: 'int32', takes: ['int32'], feed: (data) => Int8Array.from(data) },
  int16: { dtype: 'int32', takes: ['int32', 'uint8'], feed: (data) => Int16Array.from(data) },
  uint16: { dtype: 'int32', takes: ['int32', 'uint8'], feed: (data) => Uint16Array.from(data) },
  int64: { dtype: 'float64', takes: [...INTEGERS, 'float64'], feed: (data) => BigInt64Array.from(data, BigInt) },
  uint64: { dtype: 'float64', takes: [...INTEGERS, 'float64'], feed: (data) => BigUint64Array.from(data, BigInt) },
};

/** Names of the supported ONNX dtypes, for error messages. */
const known = Object.keys(bridges).join(', ');

/**
 * Converts a host array to a tensor of ONNX Runtime for an input.
 *
 * @param type ONNX dtype of the input; null if the input is not a tensor
 * @throws ManabiError `dtype` if the input does not accept the dtype of the array, or if a value is out of range for
 * the input
 */
export function toTensor(
  { Tensor: OrtTensor }: { readonly Tensor: typeof Tensor },
  name: string,
  type: string | null,
  { dtype, shape, data }: HostArray,
): Tensor {
  const bridge = bridgeOf('Input', name, type);
  if (!bridge.takes.includes(dtype)) {
    throw new ManabiError(
      'dtype',
      `Input '${name}' of dtype ${type} accepts arrays of ${bridge.takes.join(' or ')}; got ${dtype}. Convert the array first.`,
      { op: 'session.run', data: { name, type, dtype, takes: bridge.takes } },
    );
  }
  if (bridge.dtype !== type) checkFits(name, type, data);
  // Each overload of the constructor requires an array that matches the dtype. `bridges[type].feed` returns such an
  // array.
  return new OrtTensor(type as 'float32', bridge.feed(data) as Float32Array, [...shape]);
}

/**
 * Converts an output tensor of ONNX Runtime to a host array. Elements of int8, int16 and uint16 become int32; elements
 * of int64 and uint64 become float64.
 *
 * @throws ManabiError `dtype` for an unsupported dtype, and for a 64-bit integer that float64 cannot represent exactly
 */
export function toHost(name: string, { type, dims, data }: Tensor): HostArray {
  const { dtype } = bridgeOf('Output', name, type);
  // Engines with a Float16Array get numbers, all others bits.
  if (type === 'float16' && data instanceof Uint16Array) return hostArray(dtype, [...dims], float16ToFloat32(data));
  const elements = dtypes[dtype].create(data.length);
  for (let i = 0; i < elements.length; i++) {
    elements[i] = Number(data[i]);
    if (typeof data[i] === 'bigint' && !Number.isSafeInteger(elements[i])) {
      throw new ManabiError(
        'dtype',
        `Output '${name}' contains the ${type} ${data[i]}, which float64 cannot represent exactly. If rounding is acceptable, add a Cast to double to the model.`,
        { op: 'session.run', data: { name, type, index: i } },
      );
    }
  }
  return hostArray(dtype, [...dims], elements);
}

/** Smallest and largest integer of each ONNX dtype whose host arrays have a wider dtype. */
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  int8: [-(2 ** 7), 2 ** 7 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [0, 2 ** 16 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint64: [0, Number.MAX_SAFE_INTEGER],
};

function checkFits(name: string, type: string | null, data: ElementArray): void {
  const [low, high] = ranges[type ?? ''] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const index = data.findIndex((x) => !(Number.isInteger(x) && x >= low && x <= high));
  if (index < 0) return;
  throw new ManabiError(
    'dtype',
    `Input '${name}' of dtype ${type} must contain integers in [${low}, ${high}]; got ${data[index]} at index ${index}.`,
    { op: 'session.run', data: { name, type, index } },
  );
}

function bridgeOf(what: 'Input' | 'Output', name: string, type: string | null): Bridge {
  if (type !== null && Object.hasOwn(bridges, type)) return bridges[type];
  throw new ManabiError(
    'dtype',
    `${what} '${name}' ${type === null ? 'is not a tensor' : `has the unsupported dtype ${type}`}; supported are tensors of ` +
      `${known}. Add a Cast node to the model.`,
    { op: 'session.run', data: { name, type } },
  );
}
