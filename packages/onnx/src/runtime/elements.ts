import { ManabiError } from '@manabi/errors';
import { type DType, dtypes, type ElementArray, type HostArray, hostArray } from '@manabi/ir';
import type { Tensor } from 'onnxruntime-node';

/** How elements of a type of ONNX are held on this side. */
interface Bridge {
  /** The dtype of outputs of this type. */
  readonly dtype: DType;
  /** Dtypes of arrays that an input of this type takes. */
  readonly takes: readonly DType[];
  /** Makes an array as ONNX Runtime takes it. */
  readonly feed: (
    data: ElementArray,
  ) => ElementArray | Int8Array | Int16Array | Uint16Array | BigInt64Array | BigUint64Array;
}

const INTEGERS: readonly DType[] = ['int32', 'uint32', 'uint8'];

const same = (dtype: DType): Bridge => ({ dtype, takes: [dtype], feed: (data) => data });

/** Element types of tensors that a session feeds and reads; others, such as float16 and strings, have no dtype. */
const bridges: Readonly<Record<string, Bridge>> = {
  float32: same('float32'),
  float64: same('float64'),
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

/** What a session calls an element type, for messages. */
const known = Object.keys(bridges).join(', ');

/**
 * Makes a host array a tensor of an input.
 *
 * @param type element type of the input; null for an input that is no tensor
 * @throws ManabiError `dtype` if the input takes other elements, or if an element does not fit its type
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
      `Input ${name} has elements of ${type} and takes ${bridge.takes.join(' or ')}; got ${dtype}. Convert the array first.`,
      { op: 'session.run', data: { name, type, dtype, takes: bridge.takes } },
    );
  }
  if (bridge.dtype !== type) checkFits(name, type, data);
  // The constructor is overloaded by element type; `type` is a key of `bridges`, each of which makes its array.
  return new OrtTensor(type as 'float32', bridge.feed(data) as Float32Array, [...shape]);
}

/**
 * Makes a tensor of an output a host array; int8, int16 and uint16 become int32, int64 and uint64 float64.
 *
 * @throws ManabiError `dtype` if no dtype holds its elements, or a 64-bit integer is beyond 2^53
 */
export function toHost(name: string, { type, dims, data }: Tensor): HostArray {
  const { dtype } = bridgeOf('Output', name, type);
  const elements = dtypes[dtype].create(data.length);
  for (let i = 0; i < elements.length; i++) {
    elements[i] = Number(data[i]);
    if (typeof data[i] === 'bigint' && !Number.isSafeInteger(elements[i])) {
      throw new ManabiError(
        'dtype',
        `Output ${name} holds ${data[i]} of ${type}, which float64 does not hold exactly. Cast the output in the file.`,
        { op: 'session.run', data: { name, type, index: i } },
      );
    }
  }
  return hostArray(dtype, [...dims], elements);
}

/** Smallest and largest elements of the types that are narrower, or other, than the dtype they are fed from. */
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
    `Input ${name} has elements of ${type}: integers in [${low}, ${high}]; got ${data[index]} at index ${index}.`,
    { op: 'session.run', data: { name, type, index } },
  );
}

function bridgeOf(what: 'Input' | 'Output', name: string, type: string | null): Bridge {
  if (type !== null && Object.hasOwn(bridges, type)) return bridges[type];
  throw new ManabiError(
    'dtype',
    `${what} ${name} ${type === null ? 'is not a tensor' : `has elements of ${type}`}; a session feeds and reads tensors of ` +
      `${known}. Cast it in the file.`,
    { op: 'session.run', data: { name, type } },
  );
}
