import { compileModule } from '#compile';
import { ModuleBuilder } from './module.ts';

let known: boolean | undefined;

/**
 * Returns whether the engine has relaxed SIMD, and computes x * y + z with one rounding on this processor. Results of all
 * modules that use it then have the same bits on all such platforms.
 */
export function fusesMultiplyAdd(): boolean {
  known ??= test();
  return known;
}

function test(): boolean {
  const module = new ModuleBuilder(undefined, true);
  const f = module.function('test', ['f32', 'f32'], ['f32']);
  const [x, z] = [0, 1];
  const sum = f.local('v128');
  f.get(z).op('f32x4.splat').set(sum);
  f.addProduct(sum, () => f.get(x).op('f32x4.splat').get(x).op('f32x4.splat'));
  f.get(sum).lane('f32x4.extract_lane', 0);
  try {
    const { exports } = new WebAssembly.Instance(compileModule(module.toBytes()));
    // The square of 1 + 2^-12 is 1 + 2^-11 + 2^-24, and the last term is lost if the product is rounded.
    return typeof exports.test === 'function' && exports.test(1 + 2 ** -12, -1 - 2 ** -11) === 2 ** -24;
  } catch {
    return false;
  }
}
