import { convIntegerCall, matMulIntegerCall } from '@manabi/ir/quantized';
import { emitOne } from '../emit/emit.ts';
import { lazyOf, Tensor } from '../tensor.ts';
import { paddingPairs, type WindowPadding } from './window-padding.ts';

/**
 * Multiplies quantized matrices, as ONNX's MatMulInteger does: uint8 [rows, depth] and uint8 [depth, columns] produce int32 [rows,
 * columns]. Each element stands for its value minus 128. Shapes and dtypes are not checked.
 *
 * @throws ManabiError `shape` or `dtype` for other operands
 * @example
 * ```ts
 * import { matMulInteger } from '@manabi/core/internal';
 * import { tensor } from 'manabi';
 *
 * const row = tensor([[129, 127]], { dtype: 'uint8' }); // 1 and -1
 * const columns = tensor([[130], [128]], { dtype: 'uint8' }); // 2 and 0
 * console.log(await matMulInteger(row, columns).array()); // [[2]]
 * ```
 */
export function matMulInteger(x: Tensor, y: Tensor): Tensor {
  const operands = [lazyOf(x), lazyOf(y)];
  return new Tensor(emitOne('call', operands, matMulIntegerCall(operands.map(({ type }) => type))));
}

/** Options of `convInteger`, with one number per spatial axis. */
export interface ConvIntegerOptions {
  readonly strides: readonly number[];
  readonly padding: WindowPadding;
  readonly dilation: readonly number[];
}

/**
 * Convolves quantized images, as ONNX's ConvInteger does: uint8 [count, channels, ...lengths] and filters of uint8 [filters,
 * channels, ...size] produce int32 [count, filters, ...results]. Each element stands for its value minus 128, and padding for 0.
 * Dtypes and the number of axes are not checked.
 *
 * @throws ManabiError `shape` for other operands, or filters that exceed the padded images
 * @example
 * ```ts
 * import { convInteger } from '@manabi/core/internal';
 * import { tensor } from 'manabi';
 *
 * const line = tensor([[[129, 130, 131]]], { dtype: 'uint8' }); // 1, 2 and 3
 * const sum = tensor([[[129, 129]]], { dtype: 'uint8' });
 * console.log(await convInteger(line, sum, { strides: [1], padding: 'same', dilation: [1] }).array()); // [[[3, 5, 3]]]
 * ```
 */
export function convInteger(x: Tensor, filters: Tensor, options: ConvIntegerOptions): Tensor {
  const { strides, dilation } = options;
  const axes = strides.map((stride, axis) => ({
    length: x.shape[axis + 2],
    size: filters.shape[axis + 2],
    stride,
    dilation: dilation[axis],
  }));
  const padding = paddingPairs('convInteger', options.padding, axes);
  const operands = [lazyOf(x), lazyOf(filters)];
  const types = operands.map(({ type }) => type);
  return new Tensor(emitOne('call', operands, convIntegerCall(types, { strides, padding, dilation })));
}
