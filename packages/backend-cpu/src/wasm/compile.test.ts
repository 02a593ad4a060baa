import { describe, expect, test } from '@jest/globals';
import { compileModule } from './compile-in-node.ts';
import { ModuleBuilder } from './module.ts';

describe('compileModule', () => {
  test.each([true, false])('compiles a module that runs (eager: %s)', (eager) => {
    const module = new ModuleBuilder();
    module.function('three', [], ['i32']).i32(3);
    const { three } = new WebAssembly.Instance(compileModule(module.toBytes(), { eager })).exports;
    expect(typeof three === 'function' ? three() : undefined).toBe(3);
  });

  test('throws the CompileError of the engine for invalid bytes, even if they are compiled again', () => {
    const bytes = new Uint8Array([0, 1, 2, 3]);
    for (let i = 0; i < 2; i++) expect(() => compileModule(bytes)).toThrow(WebAssembly.CompileError);
  });
});
