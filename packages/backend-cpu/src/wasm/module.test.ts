import { describe, expect, test } from '@jest/globals';
import { compileModule } from './compile-in-node.ts';
import { FunctionBuilder } from './function.ts';
import { forRange, pushScaled } from './loops.ts';
import { ModuleBuilder } from './module.ts';
import { type OperationName, operations } from './opcodes.ts';

type Exported = (...values: (number | bigint)[]) => number | bigint | undefined;

/** Assembles, compiles and instantiates a module. Returns a function that returns the exported function with a name. */
function run(module: ModuleBuilder, imports: WebAssembly.Imports = {}): (name: string) => Exported {
  const instance = new WebAssembly.Instance(compileModule(module.toBytes()), imports);
  return (name) => {
    const value = instance.exports[name];
    if (typeof value !== 'function') throw new Error(`The module does not export ${name}.`);
    return (...values) => Reflect.apply(value, undefined, values);
  };
}

describe('modules without memory', () => {
  test('run arithmetic with the smallest integer constants', () => {
    const module = new ModuleBuilder();
    module.function('i32', [], ['i32']).i32(-2147483648);
    module
      .function('i64', ['i64'], ['i64'])
      .get(0)
      .i64(-(2n ** 63n))
      .op('i64.add');
    module.function('f32', [], ['f32']).f32(0.1);
    module.function('f64', ['f64'], ['f64']).get(0).f64(0.1).op('f64.mul');
    const exported = run(module);
    expect(exported('i32')()).toBe(-2147483648);
    expect(exported('i64')(5n)).toBe(-(2n ** 63n) + 5n);
    expect(exported('f32')()).toBe(Math.fround(0.1));
    expect(exported('f64')(3)).toBe(3 * 0.1);
  });

  test('run loops and blocks with branches', () => {
    const module = new ModuleBuilder();
    const f = module.function('gcd', ['i32', 'i32'], ['i32']);
    const [a, b] = [0, 1];
    const rest = f.local('i32');
    f.block((done) => {
      f.loop((again) => {
        f.get(b).op('i32.eqz').brIf(done);
        f.get(a).get(b).op('i32.rem_u').set(rest);
        f.get(b).set(a).get(rest).set(b).br(again);
      });
    });
    f.get(a);
    expect(run(module)('gcd')(1071, 462)).toBe(21);
  });

  test('run if and else with a result', () => {
    const module = new ModuleBuilder();
    const sign = module.function('sign', ['i32'], ['i32']);
    sign
      .get(0)
      .i32(0)
      .op('i32.lt_s')
      .if(
        () => sign.i32(-1),
        () => sign.i32(1),
        'i32',
      );
    const exported = run(module);
    expect([-5, 5].map((value) => exported('sign')(value))).toEqual([-1, 1]);
  });

  test('run calls of imported and internal functions', () => {
    const module = new ModuleBuilder();
    const log = module.importFunction('host', 'log', ['i32'], []);
    const square = module.function('square', ['i32'], ['i32'], { exported: false });
    square.get(0).get(0).op('i32.mul');
    const f = module.function('main', [], []);
    f.i32(7).call(square).call(log);
    const seen: number[] = [];
    const exported = run(module, { host: { log: (value: number) => seen.push(value) } });
    exported('main')();
    expect(seen).toEqual([49]);
    expect(() => exported('square')).toThrow();
  });

  test('reject an import after a function, and an unknown local', () => {
    const module = new ModuleBuilder();
    const f = module.function('f', ['i32'], []);
    expect(() => module.importFunction('host', 'log', [], [])).toThrow(
      'Declare the import "host.log" before functions.',
    );
    expect(() => f.get(1)).toThrow('Function "f" has no local 1.');
  });
});

describe('modules with memory', () => {
  test('run a loop over vectors', () => {
    const module = new ModuleBuilder({ min: 1 });
    const f = module.function('scale', ['i32', 'i32', 'i32'], []);
    const [x, y, count] = [0, 1, 2];
    const i = f.local('i32');
    forRange(
      f,
      i,
      0,
      () => f.get(count),
      4,
      () => {
        f.get(y);
        f.get(y).load('v128.load').f32x4(2).get(x).load('v128.load').op('f32x4.mul', 'f32x4.add').store('v128.store');
        for (const pointer of [x, y]) f.get(pointer).i32(16).op('i32.add').set(pointer);
      },
    );
    const memory = new WebAssembly.Memory({ initial: 1 });
    const floats = new Float32Array(memory.buffer);
    for (let k = 0; k < 16; k++) floats[k] = k + 1;
    run(module, { env: { memory } })('scale')(0, 32, 8);
    expect([...floats.subarray(8, 17)]).toEqual([11, 14, 17, 20, 23, 26, 29, 32, 0]);
  });

  test('run lane instructions, shuffles, offsets and fill', () => {
    const module = new ModuleBuilder({ min: 1 });
    const f = module.function('f', [], ['i32']);
    const v = f.local('v128');
    f.i32(0).load('v128.load', 16).i32x4(10, 11, 12, 13).shuffle32(3, 4, 1, 7).set(v);
    f.i32(0).get(v).store('v128.store', 32);
    f.i32(0).get(v).laneMemory('v128.store32_lane', 1, 48);
    f.i32(72).i32(0xab).i32(3).fill();
    f.get(v).lane('i32x4.extract_lane', 3);
    const memory = new WebAssembly.Memory({ initial: 1 });
    const words = new Int32Array(memory.buffer);
    words.set([1, 2, 3, 4], 4);
    expect(run(module, { env: { memory } })('f')()).toBe(13);
    expect([...words.subarray(8, 13)]).toEqual([4, 10, 2, 13, 10]);
    expect([...words.subarray(16, 19)]).toEqual([0, 0, 0xababab]);
  });

  test('run atomics on shared memory', () => {
    const module = new ModuleBuilder({ min: 1, max: 2, shared: true });
    const f = module.function('next', [], ['i32']);
    f.i32(0).i32(3).atomic('i32.atomic.rmw.add', 8).fence();
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
    const next = run(module, { env: { memory } })('next');
    expect([next(), next(), next()]).toEqual([0, 3, 6]);
  });

  test('run the multiplications by constants that pushScaled writes', () => {
    const module = new ModuleBuilder();
    for (const factor of [0, 1, 12, 64, -8]) pushScaled(module.function(`by${factor}`, ['i32'], ['i32']), 0, factor);
    const exported = run(module);
    for (const factor of [0, 1, 12, 64, -8]) expect(Number(exported(`by${factor}`)(5))).toBe(5 * factor + 0);
  });
});

test('every instruction without immediates takes and returns the types that its name states', () => {
  // The engine checks operand and result types, so an instruction with a wrong opcode rarely compiles.
  for (const name of Object.keys(operations).filter((key): key is OperationName => key.includes('.'))) {
    const module = new ModuleBuilder();
    const { operands, result } = signatureOf(name);
    const f = module.function('f', operands, [result]);
    for (let i = 0; i < operands.length; i++) f.get(i);
    f.op(name);
    expect({ name, compiles: compiles(module) }).toEqual({ name, compiles: true });
  }
});

test('a function without locals or instructions has an empty list of locals', () => {
  expect([...new FunctionBuilder(0, 'f', ['i32'], false).toBody().written]).toEqual([0, 0x0b]);
});

function compiles(module: ModuleBuilder): boolean {
  try {
    compileModule(module.toBytes(), { eager: false });
    return true;
  } catch {
    return false;
  }
}

/** Derives the operand and result types of an instruction from its name. */
function signatureOf(name: string): {
  operands: ('i32' | 'i64' | 'f32' | 'f64' | 'v128')[];
  result: 'i32' | 'i64' | 'f32' | 'f64' | 'v128';
} {
  const [type, operation] = name.split('.');
  const scalars = { i8x16: 'i32', i16x8: 'i32', i32x4: 'i32', i64x2: 'i64', f32x4: 'f32', f64x2: 'f64' } as const;
  if (type === 'v128' || type in scalars) {
    const unary =
      /^(abs|neg|popcnt|sqrt|ceil|floor|trunc|nearest|not|extend_|extadd_|convert_|trunc_sat_|demote_|promote_)/;
    if (operation === 'splat') return { operands: [scalars[type as keyof typeof scalars]], result: 'v128' };
    if (/^(any_true|all_true|bitmask)$/.test(operation)) return { operands: ['v128'], result: 'i32' };
    if (/^sh[lr]/.test(operation)) return { operands: ['v128', 'i32'], result: 'v128' };
    if (operation === 'bitselect') return { operands: ['v128', 'v128', 'v128'], result: 'v128' };
    if (operation === 'relaxed_madd') return { operands: ['v128', 'v128', 'v128'], result: 'v128' };
    return { operands: unary.test(operation) ? ['v128'] : ['v128', 'v128'], result: 'v128' };
  }
  const own = type as 'i32' | 'i64' | 'f32' | 'f64';
  const from = /_(i32|i64|f32|f64)/.exec(operation)?.[1];
  if (from !== undefined) return { operands: [from as 'i32' | 'i64' | 'f32' | 'f64'], result: own };
  if (operation === 'eqz') return { operands: [own], result: 'i32' };
  if (/^(eq|ne|lt|gt|le|ge)(_[su])?$/.test(operation)) return { operands: [own, own], result: 'i32' };
  if (/^(clz|ctz|popcnt|abs|neg|ceil|floor|trunc|nearest|sqrt|extend(8|16|32)_s)$/.test(operation)) {
    return { operands: [own], result: own };
  }
  return { operands: [own, own], result: own };
}
