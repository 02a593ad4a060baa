import { describe, expect, test } from '@jest/globals';
import { compileModule } from '../wasm/compile-in-node.ts';
import { ModuleBuilder } from '../wasm/module.ts';
import { atomics, loads, type OperationName, operations, stores, type ValueType } from '../wasm/opcodes.ts';
import { laneLoads, laneOperations, laneStores } from '../wasm/opcodes-simd.ts';
import { effectOf } from './instructions.ts';

const types: readonly ValueType[] = ['i32', 'i64', 'f32', 'f64', 'v128'];

/** Returns all lists of `count` types. */
function listsOf(count: number): readonly (readonly ValueType[])[] {
  if (count === 0) return [[]];
  return listsOf(count - 1).flatMap((list) => types.map((type) => [...list, type]));
}

/** Returns whether the engine accepts an instruction after values of some types were pushed. */
function accepts(name: OperationName, operands: readonly ValueType[]): boolean {
  const module = new ModuleBuilder(undefined, true);
  const f = module.function('f', operands, []);
  for (const i of operands.keys()) f.get(i);
  // `return` drops the result.
  f.op(name, 'return');
  try {
    compileModule(module.toBytes(), { eager: false });
    return true;
  } catch {
    return false;
  }
}

const operandCounts: Readonly<Record<string, number>> = { unary: 1, binary: 2, ternary: 3 };

describe('effectOf', () => {
  // Walks treat these two instructions on their own.
  const names = Object.keys(operations).filter(
    (name): name is OperationName => Object.hasOwn(operations, name) && name !== 'return' && name !== 'select',
  );

  test('states the smallest number of operands with which the engine accepts an instruction', () => {
    const wrong = names.filter((name) => {
      const count = operandCounts[effectOf(operations[name])] ?? 0;
      const isEnough = listsOf(count).some((operands) => accepts(name, operands));
      return !isEnough || (count > 0 && listsOf(count - 1).some((operands) => accepts(name, operands)));
    });
    expect(names.length).toBeGreaterThan(150);
    expect(wrong).toEqual([]);
  });

  test.each([
    ['load', loads],
    ['store', stores],
    ['atomic', atomics],
    ['loadLane', laneLoads],
    ['storeLane', laneStores],
  ] as const)('knows all instructions of the kind "%s"', (effect, instructions) => {
    for (const { code } of Object.values(instructions)) expect(effectOf(code)).toBe(effect);
  });

  test('tells instructions that read a lane from those that replace one', () => {
    for (const [name, code] of Object.entries(laneOperations))
      expect(effectOf(code)).toBe(name.endsWith('replace_lane') ? 'replace' : 'extract');
  });
});
