import type { ShaderModule } from './shader-module.ts';

/**
 * Declares a WGSL function that detects NaN by its bits, because shader compilers may assume that `x != x` is false.
 * Returns the name of the function.
 */
export const isNaNFunction = (module: ShaderModule): string =>
  module.require('is_nan', () => 'fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }');

/**
 * Declares a WGSL function that computes the larger or smaller of two floats, or NaN if one is NaN. Returns the name of
 * the function.
 */
export function extremumFunction(module: ShaderModule, name: 'max' | 'min'): string {
  const nan = isNaNFunction(module);
  return module.require(`${name}_nan`, () =>
    [
      `fn ${name}_nan(x: f32, y: f32) -> f32 {`,
      `let z = select(${name}(x, y), y, ${nan}(y));`,
      `return select(z, x, ${nan}(x));`,
      '}',
    ].join('\n'),
  );
}

/**
 * Declares a WGSL function that converts a float to an integer type: NaN becomes 0, and other values are clamped to the
 * range of the type. Returns the name of the function.
 */
export function saturatingFunction(module: ShaderModule, to: 'i32' | 'u32'): string {
  const nan = isNaNFunction(module);
  const [lowest, low, highest, high] =
    to === 'i32'
      ? ['-2147483648f', 'i32(-2147483648)', '2147483648f', '2147483647i']
      : ['0f', '0u', '4294967296f', '4294967295u'];
  return module.require(`saturated_${to}`, () =>
    [
      `fn saturated_${to}(x: f32) -> ${to} {`,
      `if (${nan}(x)) { return ${to}(0); }`,
      `if (x <= ${lowest}) { return ${low}; }`,
      `if (x >= ${highest}) { return ${high}; }`,
      `return ${to}(x);`,
      '}',
    ].join('\n'),
  );
}
