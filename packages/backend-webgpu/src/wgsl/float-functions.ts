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

/** Declares a function that rounds a float to float16, ties to even; returns its name. */
export const halfFunction = (module: ShaderModule): string =>
  module.require('round_half', () =>
    [
      'fn round_half(x: f32) -> f32 {',
      'let bits = bitcast<u32>(x);',
      'let size = bits & 0x7fffffffu;',
      'if (size > 0x7f800000u) { return x; }',
      'var rounded = 0x7f800000u;',
      // Below 2^-14, float16 numbers are multiples of 2^-24. From 65520 on, numbers round to infinity.
      'if (size < 0x38800000u) { rounded = bitcast<u32>(round(abs(x) * 16777216f) * 5.9604644775390625e-8f); }',
      'else if (size < 0x477ff000u) { rounded = (size + 0xfffu + ((size >> 13u) & 1u)) & 0xffffe000u; }',
      'return bitcast<f32>((bits & 0x80000000u) | rounded);',
      '}',
    ].join('\n'),
  );

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
