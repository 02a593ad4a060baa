import { expect, test } from '@jest/globals';
import { disassemble } from './disassemble.ts';
import { ModuleBuilder } from './module.ts';
import { type OperationName, operations } from './opcodes.ts';

test('disassemble writes functions in the text format, one line per statement, indented by blocks', () => {
  const module = new ModuleBuilder({ min: 1, max: 2, shared: true });
  const log = module.importFunction('math', 'log', ['f64'], ['f64']);
  const helper = module.function('square', ['f32'], ['f32'], { exported: false });
  helper.get(0).get(0).op('f32.mul');
  const f = module.function('0 a, b', ['i32', 'i32', 'i32'], []);
  const [i, x] = [f.local('i32'), f.local('v128')];
  f.i32(-1000000).set(i);
  f.loop((again) => {
    f.get(i).load('v128.load', 16).f32x4(0.5).op('f32x4.add').tee(x).lane('f32x4.extract_lane', 2).call(helper).set(x);
    f.get(i).if(
      () => f.get(0).get(x).laneMemory('v128.store32_lane', 3, 8),
      () => f.get(0).f64(-0).call(log).op('i32.trunc_sat_f64_s').store('i32.store'),
    );
    f.get(i).brIf(again);
  });
  f.get(0).get(1).get(2).fill();
  expect(disassemble(module.toBytes())).toEqual([
    {
      name: null,
      instructions: 4,
      text: '(func $helper0 (param f32) (result f32)\n  local.get 0  local.get 0  f32.mul\n)',
    },
    {
      name: '0 a, b',
      instructions: 31,
      text: `(func $0_a__b (export "0 a, b") (param i32 i32 i32)
  (local i32 v128)
  i32.const -1000000  local.set 3
  loop
    local.get 3  v128.load offset=16  v128.const f32x4 0.5 0.5 0.5 0.5  f32x4.add  local.tee 4  f32x4.extract_lane 2  call $helper0  local.set 4
    local.get 3  if
      local.get 0  local.get 4  v128.store32_lane offset=8 3
    else
      local.get 0  f64.const -0  call $math.log  i32.trunc_sat_f64_s  i32.store
    end
    local.get 3  br_if 0
  end
  local.get 0  local.get 1  local.get 2  memory.fill
)`,
    },
  ]);
});

test('disassemble writes constants with all their bits', () => {
  const module = new ModuleBuilder();
  const f = module.function('f', [], []);
  f.i64(-(2n ** 63n))
    .f32(0.1)
    .f64(Number.POSITIVE_INFINITY)
    .i32x4(1, 2, -1, 0)
    .f32x4(0, 1, -0, 2)
    .f32(Number.NaN);
  const [{ text }] = disassemble(module.toBytes());
  expect(text.split('\n')[1].trim().split('  ')).toEqual([
    'i64.const -9223372036854775808',
    'f32.const 0.10000000149011612',
    'f64.const inf',
    'v128.const i32x4 0x00000001 0x00000002 0xffffffff 0x00000000',
    'v128.const f32x4 0 1 -0 2',
    'f32.const nan',
  ]);
});

test('disassemble knows all instructions of the assembler', () => {
  // The names come from the table that it is typed by.
  for (const name of Object.keys(operations) as OperationName[]) {
    const module = new ModuleBuilder();
    module.function('f', [], []).op(name);
    expect(disassemble(module.toBytes())[0].text).toBe(`(func $f (export "f")\n  ${name}\n)`);
  }
});

test('disassemble rejects unknown instructions', () => {
  const module = new ModuleBuilder();
  module.function('f', [], []).op('i32.add');
  const bytes = module.toBytes();
  bytes[bytes.lastIndexOf(operations['i32.add'])] = 0x06;
  expect(() => disassemble(bytes)).toThrow(expect.objectContaining({ code: 'backend' }));
});
