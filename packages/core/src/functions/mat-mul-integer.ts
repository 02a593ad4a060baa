import { matMulIntegerCall } from '@manabi/ir/quantized';
import { emitOne } from '../emit/emit.ts';
import { lazyOf, Tensor } from '../tensor.ts';

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
