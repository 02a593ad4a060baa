import { describe, expect, test } from '@jest/globals';
import { compileModule } from '../wasm/compile-in-node.ts';
import { type FunctionBuilder, ModuleBuilder } from '../wasm/index.ts';
import { tools } from './tools.ts';
import { findWide, type Wide } from './wide-memory.ts';

/** Node 20 has no memories of more than 4 GiB. */
function anyWide(): Wide {
  const wide = findWide(tools) ?? findWide(tools, [2 ** 16]);
  if (wide === null) throw new Error('The engine has no 64-bit addresses.');
  return wide;
}

/**
 * Runs a function (table, begin, end) for 64-bit addresses. Its table has two entries, the addresses of the given bytes, and of 64
 * bytes that it may write, which are returned.
 */
function runWide(
  write: (f: FunctionBuilder, module: ModuleBuilder) => void,
  bytes: readonly number[],
  begin = 0,
): number[] {
  const wide = anyWide();
  const module = new ModuleBuilder({ min: 1 });
  write(module.function('f', ['i32', 'i32', 'i32'], []), module);
  const memory = wide.moved(new Uint8Array(2 ** 16));
  if (memory === null) throw new Error('Memory is exhausted.');
  const [table, from, to] = [64, 1024, 2048];
  new Float64Array(memory.buffer, table).set([from, to]);
  new Uint8Array(memory.buffer).set(bytes, from);
  const { exports } = new WebAssembly.Instance(compileModule(wide.widen(module.toBytes())), {
    env: { memory: memory as WebAssembly.Memory },
  });
  const { f } = exports;
  if (typeof f !== 'function') throw new Error('The module does not export `f`.');
  f(table, begin, 0);
  return [...new Uint8Array(memory.buffer, to, 64)];
}

/** Writes code that pushes an entry of the table. */
const entry = (f: FunctionBuilder, index: number) => f.get(0).load('i32.load', 4 * index);

describe('widen', () => {
  test('adds signed numbers to addresses, in any order', () => {
    const written = runWide(
      (f) => {
        const [from, to, at] = f.locals('i32', 3);
        entry(f, 0).set(from);
        entry(f, 1).set(to);
        f.get(1).get(from).op('i32.add').i32(8).op('i32.sub').set(at);
        f.get(to).get(at).load('i32.load8_u').store('i32.store8');
        f.get(to).i32(-3).get(at).op('i32.add').load('i32.load8_u', 3).store('i32.store8', 1);
      },
      [10, 11, 12, 13],
      10,
    );
    expect(written.slice(0, 3)).toEqual([12, 12, 0]);
  });

  test('fills memory, chooses between addresses, and passes them to functions, which may loop', () => {
    const written = runWide(
      (f, module) => {
        const fill = module.function('fill', ['i32', 'i32', 'i32'], [], { exported: false });
        const [to, value, count] = [0, 1, 2];
        fill.loop((again) => {
          fill.get(to).get(value).store('i32.store8').get(to).i32(1).op('i32.add').set(to);
          fill.get(count).i32(1).op('i32.sub').tee(count).brIf(again);
        });
        entry(f, 1).i32(7).i32(5).fill();
        entry(f, 1).i32(2).op('i32.add');
        entry(f, 0).get(1).op('select').i32(9).i32(2).call(fill);
      },
      [],
      1,
    );
    expect(written.slice(0, 6)).toEqual([7, 7, 9, 9, 7, 0]);
  });

  test('keeps functions that are never called, whatever their parameters are', () => {
    const written = runWide((f, module) => {
      const unused = module.function('unused', ['i32'], ['i32'], { exported: false });
      unused.get(0).load('i32.load');
      entry(f, 1).i32(5).store('i32.store8');
    }, []);
    expect(written[0]).toBe(5);
  });

  test('stops at the end of the memory instead of wrapping around', () => {
    const far = (f: FunctionBuilder) => void entry(f, 1).i32(-4096).op('i32.add').i32(1).store('i32.store8');
    expect(() => runWide(far, [])).toThrow('memory access out of bounds');
  });

  test.each<[string, (f: FunctionBuilder) => void]>([
    ['uses a number as an address', (f) => void f.get(1).i32(0).store('i32.store')],
    ['multiplies an address', (f) => void entry(f, 1).i32(1).op('i32.mul').i32(0).store('i32.store')],
    ['stores an address', (f) => void entry(f, 1).get(0).load('i32.load').store('i32.store')],
    [
      'keeps a number and an address in the same local',
      (f) => {
        const local = f.local('i32');
        entry(f, 1).set(local).i32(0).set(local);
      },
    ],
  ])('rejects code that %s', (_, write) => {
    expect(() => runWide(write, [])).toThrow('Cannot tell addresses from numbers in "f"');
  });
});
