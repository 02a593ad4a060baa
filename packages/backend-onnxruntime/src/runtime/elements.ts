import {
  dtypes,
  type ElementArray,
  float16ToFloat32,
  float32ToFloat16,
  type HostArray,
  hostArray,
  sizeOf,
  type TensorType,
} from '@manabi/ir';
import type { Runtime, RuntimeTensor } from './library.ts';

/** Elements of a tensor in the layout of ONNX Runtime: like those of a host array, except for float16, which are bits. */
type StoredElements = ElementArray | Uint16Array;

/** Returns a tensor of ONNX Runtime with a copy of the elements of a host array. */
export function tensorOf(runtime: Runtime, { dtype, shape, data }: HostArray): RuntimeTensor {
  return tensorOver(runtime, { dtype, shape, data: dtype === 'float16' ? data : data.slice() });
}

/** Returns a tensor of ONNX Runtime for a host array that nothing else uses, with the same memory if possible. */
export function tensorOver(runtime: Runtime, { dtype, shape, data }: HostArray): RuntimeTensor {
  const stored = dtype === 'float16' ? float32ToFloat16(Float32Array.from(data)) : data;
  return tensorOn(runtime, { dtype, shape }, stored);
}

/** Returns a host array with a copy of the elements of a tensor. */
export function arrayOf(type: TensorType, tensor: RuntimeTensor): HostArray {
  const { dtype, shape, data } = arrayOver(type, tensor);
  return dtype === 'float16' ? { dtype, shape, data } : hostArray(dtype, shape, data.slice());
}

/** Returns a host array of the elements of a tensor, with the same memory if possible. */
export function arrayOver({ dtype, shape }: TensorType, tensor: RuntimeTensor): HostArray {
  const { data } = tensor;
  if (dtype !== 'float16') {
    // The session declares the dtype of each tensor, and so the class of its array.
    return hostArray(dtype, shape, data as ElementArray);
  }
  // Engines with a `Float16Array` get numbers, all others bits.
  const elements = data instanceof Uint16Array ? float16ToFloat32(data) : Float32Array.from(data as Float32Array);
  return hostArray(dtype, shape, elements);
}

/** Returns a tensor of the first rows of a tensor, which uses the same memory. */
export function firstRowsOf(
  runtime: Runtime,
  { dtype, shape }: TensorType,
  tensor: RuntimeTensor,
  rows: number,
): RuntimeTensor {
  const type = { dtype, shape: [rows, ...shape.slice(1)] };
  return tensorOn(runtime, type, (tensor.data as StoredElements).subarray(0, sizeOf(type.shape)));
}

/** Returns the number of bytes of a tensor in memory. */
export function bytesOf({ dtype, shape }: TensorType): number {
  return sizeOf(shape) * dtypes[dtype].bytes;
}

function tensorOn({ Tensor: OrtTensor }: Runtime, { dtype, shape }: TensorType, stored: StoredElements): RuntimeTensor {
  return new OrtTensor(dtype, stored, [...shape]);
}
