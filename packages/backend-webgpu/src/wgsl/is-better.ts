import type { DType } from '@manabi/ir';
import { isNaNFunction } from './float-functions.ts';
import type { ShaderModule } from './shader-module.ts';
import { valueType } from './types.ts';

/**
 * Declares a function (x, i, y, j) that returns whether element x at position i is ordered before y at j: if x is
 * larger (or smaller), or if both are equal and i is lower. Returns its name.
 *
 * @param nanFirst whether NaN is ordered before all numbers instead of after them
 */
export function isBetter(module: ShaderModule, dtype: DType, largest: boolean, nanFirst = true): string {
  const type = valueType(dtype);
  const beats = largest ? '>' : '<';
  const wins = type === 'bool' ? (largest ? 'x && !y' : '!x && y') : `x ${beats} y`;
  const nan = type === 'f32' ? isNaNFunction(module) : null;
  const rules =
    nan === null
      ? []
      : [`if (${nan}(x) != ${nan}(y)) { return ${nan}(${nanFirst ? 'x' : 'y'}); }`, `if (${nan}(x)) { return i < j; }`];
  const name = `is_${largest ? 'larger' : 'smaller'}_${type}${nanFirst ? '' : '_nan_last'}`;
  return module.require(name, () =>
    [
      `fn ${name}(x: ${type}, i: i32, y: ${type}, j: i32) -> bool {`,
      ...rules,
      'if (x == y) { return i < j; }',
      `return ${wins};`,
      '}',
    ].join('\n'),
  );
}
