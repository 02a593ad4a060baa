import { describe, expect, test } from '@jest/globals';
import { compileModule } from './compile-in-node.ts';
import { fusesMultiplyAdd } from './fused.ts';
import { ModuleBuilder } from './module.ts';

/** Returns x * x + z, computed by a module. */
function squarePlus(fused: boolean, x: number, z: number): unknown {
  const module = new ModuleBuilder(undefined, fused);
  const f = module.function('f', ['f32', 'f32'], ['f32']);
  const sum = f.local('v128');
  f.get(1).op('f32x4.splat').set(sum);
  f.addProduct(sum, () => f.get(0).op('f32x4.splat').get(0).op('f32x4.splat'));
  f.get(sum).lane('f32x4.extract_lane', 0);
  const run = new WebAssembly.Instance(compileModule(module.toBytes())).exports.f;
  return typeof run === 'function' ? run(x, z) : undefined;
}

const [x, z] = [1 + 2 ** -12, -1 - 2 ** -11];

describe('addProduct', () => {
  test('rounds the product in a module without fused multiply-add', () => {
    expect(squarePlus(false, x, z)).toBe(0);
  });

  test('rounds only the sum in a module with fused multiply-add, on engines that have it', () => {
    const fused = fusesMultiplyAdd();
    expect(squarePlus(fused, x, z)).toBe(fused ? 2 ** -24 : 0);
  });
});

describe('fusesMultiplyAdd', () => {
  test('restores the flags of the engine', () => {
    fusesMultiplyAdd();
    const module = new ModuleBuilder(undefined, true);
    const f = module.function('f', [], []);
    f.addProduct(f.local('v128'), () => f.f32x4(1).f32x4(2));
    const validBefore = WebAssembly.validate(module.toBytes());
    compileModule(module.toBytes());
    expect(WebAssembly.validate(module.toBytes())).toBe(validBefore);
  });
});
