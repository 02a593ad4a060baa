import { compileModule } from '#compile';
import { ModuleBuilder } from './module.ts';

let known: boolean | undefined;

/**
 * Returns whether the engine has relaxed SIMD, and computes x * y + z with one rounding on this processor. Results of all
 * modules that use it then have the same bits on all such platforms.
 */
export function fusesMultiplyAdd(): boolean {
  known ??= isRoundedOnce();
  return known;
}

/** Whether the square of 1 + 2^-12, which is 1 + 2^-11 + 2^-24, keeps its last term if 1 + 2^-11 is subtracted from it. */
function isRoundedOnce(): boolean {
  const module = new ModuleBuilder(undefined, true);
  const f = module.function('f', [], ['f32']);
  const sum = f.local('v128');
  f.f32x4(-1 - 2 ** -11).set(sum);
  f.addProduct(sum, () => f.f32x4(1 + 2 ** -12).f32x4(1 + 2 ** -12));
  f.get(sum).lane('f32x4.extract_lane', 0);
  try {
    const { exports } = new WebAssembly.Instance(compileModule(module.toBytes()));
    return typeof exports.f === 'function' && exports.f() === 2 ** -24;
  } catch {
    return false;
  }
}
