import type { ShaderModule } from './shader-module.ts';

/** Requires a function that tests for NaN by bits: compilers take `x != x` for false. */
export const isNaNFunction = (module: ShaderModule): string =>
  module.require('is_nan', () => 'fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }');

/** Requires the function of two floats that returns the larger or smaller one, and NaN if one is NaN. */
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

/** Requires the conversion of floats to an integer type that clamps to its range and takes NaN to 0. */
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
