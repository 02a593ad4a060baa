import type { ShaderModule } from './shader-module.ts';

/**
 * Declares a function that detects NaN by its bits, because compilers may evaluate `x != x` to false; returns its name.
 */
export const isNaNFunction = (module: ShaderModule): string =>
  module.require('is_nan', () => 'fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }');

/** Declares a function that returns the larger or smaller of two floats, or NaN if one is NaN; returns its name. */
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
 * Declares a function that converts floats to an integer type, clamped to its range, and NaN to 0; returns its name.
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
