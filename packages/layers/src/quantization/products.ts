import {
  abs,
  add,
  astype,
  div,
  einsum,
  max,
  moveaxis,
  mul,
  reshape,
  round,
  sub,
  type Tensor,
  transpose,
} from '@manabi/core';
import { type ConvIntegerOptions, convInteger, matMulInteger, ZERO_POINT } from '@manabi/core/internal';
import { asFilters } from '../layers/images/channels-second.ts';
import { type EinsumAxes, scaleInOutput, summedAxes } from './einsum-axes.ts';
import { EPSILON, LARGEST } from './quantize-array.ts';

/** Quantizes a tensor by the largest magnitude along some axes, as Keras's `abs_max_quantize` does. */
function quantized(x: Tensor, axes: readonly number[]): { readonly integers: Tensor; readonly scale: Tensor } {
  const scale = div(LARGEST, add(max(abs(x), axes, { keepdims: true }), EPSILON));
  // No product exceeds LARGEST by more than the rounding of the scale, so none needs to be clipped.
  const integers = round(mul(x, scale));
  return { integers: astype(add(integers, ZERO_POINT), 'uint8'), scale };
}

/** Returns floats for quantized elements: `(integers - 128) / scale`. */
export function dequantized(integers: Tensor, scale: Tensor): Tensor {
  return div(sub(astype(integers, 'float32'), ZERO_POINT), scale);
}

/**
 * Multiplies the last axis of a float32 tensor by a quantized matrix [depth, units]. The rows of the tensor are quantized, too, so
 * the products are those of integers, as in Keras.
 */
export function quantizedMatmul(x: Tensor, kernel: Tensor, kernelScale: Tensor): Tensor {
  const depth = x.shape[x.rank - 1];
  const { integers, scale } = quantized(x, [x.rank - 1]);
  const rows = x.shape.slice(0, -1).reduce((product, length) => product * length, 1);
  const sums = matMulInteger(reshape(integers, [rows, depth]), kernel);
  const shape = [...x.shape.slice(0, -1), kernel.shape[1]];
  return div(astype(reshape(sums, shape), 'float32'), mul(kernelScale, scale));
}

/**
 * Convolves float32 images [batch, ...lengths, channels] with a quantized kernel [...size, channels, filters]. All elements of an
 * image share a scale, because a sum has elements of several positions.
 */
export function quantizedConvolution(
  x: Tensor,
  kernel: Tensor,
  kernelScale: Tensor,
  options: ConvIntegerOptions,
): Tensor {
  const axes = x.shape.map((_, axis) => axis).slice(1);
  const { integers, scale } = quantized(x, axes);
  const sums = convInteger(moveaxis(integers, -1, 1), asFilters(kernel), options);
  return div(astype(moveaxis(sums, 1, -1), 'float32'), mul(kernelScale, scale));
}

/** Computes the Einstein summation of a float32 tensor and a quantized kernel; see `quantizedMatmul`. */
export function quantizedEinsum(
  equation: string,
  { input, kernel: letters, output }: EinsumAxes,
  x: Tensor,
  kernel: Tensor,
  kernelScale: Tensor,
): Tensor {
  const summed = summedAxes(input, output);
  const { integers, scale } = summed.length === 0 ? quantized(x, []) : quantized(x, summed);
  const place = scaleInOutput(input, output, x.shape);
  const inputScale = reshape(transpose(scale, place.axes), place.shape);
  const axes = { input, kernel: letters, output };
  const sums = isMatrixProduct(axes)
    ? integerEinsum(axes, integers, kernel)
    : einsum(equation, signed(integers), signed(kernel));
  return div(astype(sums, 'float32'), mul(inputScale, kernelScale));
}

function signed(integers: Tensor): Tensor {
  return sub(astype(integers, 'int32'), ZERO_POINT);
}

/** Returns whether no axis belongs to both operands and the output, and each summed axis belongs to both operands. */
function isMatrixProduct({ input, kernel, output }: EinsumAxes): boolean {
  const isSummed = (letter: string): boolean => !output.includes(letter);
  return (
    [...input].every((letter) => kernel.includes(letter) === isSummed(letter)) &&
    [...kernel].every((letter) => input.includes(letter) === isSummed(letter))
  );
}

/** Computes an Einstein summation as a product of matrices. */
function integerEinsum({ input, kernel, output }: EinsumAxes, x: Tensor, w: Tensor): Tensor {
  const summed = [...kernel].filter((letter) => !output.includes(letter));
  const rows = [...input].filter((letter) => output.includes(letter));
  const columns = [...kernel].filter((letter) => output.includes(letter));
  const lengthOf = (letter: string): number =>
    input.includes(letter) ? x.shape[input.indexOf(letter)] : w.shape[kernel.indexOf(letter)];
  const sizeOf = (letters: readonly string[]): number =>
    letters.reduce((product, letter) => product * lengthOf(letter), 1);
  const arranged = (tensor: Tensor, letters: string, order: readonly string[]): Tensor =>
    transpose(
      tensor,
      order.map((letter) => letters.indexOf(letter)),
    );
  const depth = sizeOf(summed);
  const sums = matMulInteger(
    reshape(arranged(x, input, [...rows, ...summed]), [sizeOf(rows), depth]),
    reshape(arranged(w, kernel, [...summed, ...columns]), [depth, sizeOf(columns)]),
  );
  const order = [...rows, ...columns];
  return arranged(reshape(sums, order.map(lengthOf)), order.join(''), [...output]);
}
