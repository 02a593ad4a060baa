import { type HostArray, hostArray } from '@manabi/core';
import { roundHalfToEven, ZERO_POINT } from '@manabi/core/internal';

/** Keras's epsilon, which keeps the scale of zeros finite. */
export const EPSILON = Math.fround(1e-7);

/** Largest magnitude of a quantized element. */
export const LARGEST = 127;

/** An array as integers from -127 to 127 and their scales: `element = (integer - 128) / scale`. */
export interface QuantizedArray {
  /** uint8 of the shape of the array; 128 stands for 0. */
  readonly integers: HostArray;
  /** float32 of the shape of the array, with 1 for the axes that share a scale. */
  readonly scale: HostArray;
}

/**
 * Quantizes an array by the largest magnitude along some axes, with the roundings of Keras's `abs_max_quantize` in float32.
 *
 * @param axes axes of elements that share a scale
 */
export function quantizeArray({ shape, data }: HostArray, axes: readonly number[]): QuantizedArray {
  const scaleShape = shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const places = scalePlaces(shape, scaleShape);
  const scale = new Float32Array(scaleShape.reduce((product, length) => product * length, 1));
  for (let i = 0; i < data.length; i++) {
    const magnitude = Math.abs(Number(data[i]));
    const at = places[i];
    if (magnitude > scale[at] || Number.isNaN(magnitude)) scale[at] = magnitude;
  }
  for (let i = 0; i < scale.length; i++) scale[i] = LARGEST / Math.fround(scale[i] + EPSILON);
  const scales = hostArray('float32', scaleShape, scale);
  return { integers: integersOf({ shape, data }, scales), scale: scales };
}

/** Returns the integers of an array for given scales, which have the axes of the array. */
export function integersOf({ shape, data }: Pick<HostArray, 'shape' | 'data'>, scale: HostArray): HostArray {
  const places = scalePlaces(shape, scale.shape);
  const integers = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const rounded = roundHalfToEven(Math.fround(Number(data[i]) * Number(scale.data[places[i]])));
    integers[i] = Math.min(LARGEST, Math.max(-LARGEST, rounded)) + ZERO_POINT;
  }
  return hostArray('uint8', shape, integers);
}

/** Returns the float32 elements that quantized ones stand for. */
export function dequantizeArray({ integers, scale }: QuantizedArray): HostArray {
  const places = scalePlaces(integers.shape, scale.shape);
  const data = Float32Array.from(integers.data, (integer, i) => (integer - ZERO_POINT) / scale.data[places[i]]);
  return hostArray('float32', integers.shape, data);
}

/** Returns, for each element of an array, the index of its scale. */
function scalePlaces(shape: readonly number[], scaleShape: readonly number[]): Uint32Array {
  let places = Uint32Array.of(0);
  shape.forEach((length, axis) => {
    const next = new Uint32Array(places.length * length);
    const isShared = scaleShape[axis] === 1;
    for (let i = 0; i < next.length; i++) {
      const outer = places[Math.floor(i / length)];
      next[i] = isShared ? outer : outer * length + (i % length);
    }
    places = next;
  });
  return places;
}
