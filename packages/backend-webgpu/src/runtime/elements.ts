import {
  canonicalElements,
  float16ToFloat32,
  float32ToFloat16,
  type HostArray,
  hostArray,
  sizeOf,
  type TensorType,
} from '@manabi/ir';
import { isByte, packedBytes, wordBytes } from './gpu-memory.ts';

/**
 * Converts an array of the host to the 32-bit words stored on the GPU, where each uint8 or bool takes a whole word.
 *
 * @param halfBytes number of bytes of a float16 on the GPU
 */
export function wordsOf(array: HostArray, halfBytes: number): Uint32Array<ArrayBuffer> {
  const { dtype, data } = canonicalElements(array);
  if (isByte(dtype)) return Uint32Array.from(data);
  if (dtype === 'float16' && halfBytes === 2) {
    const packed = new Uint32Array(Math.ceil(data.length / 2));
    new Uint16Array(packed.buffer).set(float32ToFloat16(Float32Array.from(data)));
    return packed;
  }
  const words = new Uint32Array(data.length);
  new Uint8Array(words.buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return words;
}

/** Returns the uint8 elements of an array as 32-bit words, each of which packs four elements. */
export function packedWordsOf({ dtype, shape, data }: HostArray): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(packedBytes({ dtype, shape }) / 4);
  new Uint8Array(words.buffer).set(data);
  return words;
}

/** Returns the number of bytes that a tensor takes on the GPU; `isPacked` means four uint8 elements per word. */
export const storedBytesOf = (type: TensorType, isPacked: boolean, halfBytes: number): number =>
  isPacked ? packedBytes(type) : wordBytes(type, halfBytes);

/** Converts elements stored on the GPU to a host array. */
export function elementsOf(
  { dtype, shape }: TensorType,
  isPacked: boolean,
  halfBytes: number,
  stored: ArrayBuffer,
): HostArray {
  const size = sizeOf(shape);
  if (dtype === 'float16' && halfBytes === 2) {
    return hostArray(dtype, shape, float16ToFloat32(new Uint16Array(stored, 0, size)));
  }
  if (isPacked) return hostArray(dtype, shape, new Uint8Array(stored).slice(0, size));
  if (isByte(dtype)) return hostArray(dtype, shape, Uint8Array.from(new Uint32Array(stored, 0, size)));
  const views = { int32: Int32Array, uint32: Uint32Array, float32: Float32Array } as const;
  const View = dtype === 'int32' || dtype === 'uint32' ? views[dtype] : views.float32;
  return hostArray(dtype, shape, new View(stored, 0, size));
}
