import { memoryOpcodes, opcodes } from './opcode-table.ts';
import { simdLoads, simdOperations, simdStores } from './opcodes-simd.ts';

/** Codes of the value types of the WebAssembly binary format. */
export const valueTypes = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** Name of a value type. */
export type ValueType = keyof typeof valueTypes;

/** Instructions without immediates, by their name in the WebAssembly specification. Unused ones are omitted. */
export const operations = {
  ...opcodes(0xf, 'return'),
  ...opcodes(0x1b, 'select'),
  ...opcodes(0x45, 'i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s'),
  ...opcodes(0x51, 'i64.eq _ i64.lt_s _ i64.gt_s'),
  ...opcodes(0x5b, 'f32.eq f32.ne f32.lt f32.gt f32.le _ f64.eq f64.ne f64.lt f64.gt f64.le'),
  ...opcodes(0x6a, 'i32.add i32.sub i32.mul i32.div_s i32.div_u i32.rem_s i32.rem_u'),
  ...opcodes(0x71, 'i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u'),
  ...opcodes(0x7c, 'i64.add i64.sub i64.mul'),
  ...opcodes(0x84, 'i64.or i64.xor i64.shl i64.shr_s i64.shr_u'),
  ...opcodes(0x8b, 'f32.abs f32.neg f32.ceil f32.floor _ f32.nearest f32.sqrt'),
  ...opcodes(0x92, 'f32.add f32.sub f32.mul f32.div f32.min f32.max'),
  ...opcodes(0x99, 'f64.abs f64.neg f64.ceil f64.floor _ f64.nearest f64.sqrt'),
  ...opcodes(0xa0, 'f64.add f64.sub f64.mul f64.div f64.min f64.max'),
  ...opcodes(0xb2, 'f32.convert_i32_s f32.convert_i32_u _ _ f32.demote_f64'),
  ...opcodes(0xb7, 'f64.convert_i32_s f64.convert_i32_u _ _ f64.promote_f32'),
  ...opcodes(0xbc, 'i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32'),
  ...opcodes(0xfc000, 'i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u'),
  ...simdOperations,
} as const;

/** Name of an instruction without immediates. */
export type OperationName = keyof typeof operations;

/** Load instructions: they take an address from the stack, add a constant, and push the value at the sum. */
export const loads = {
  ...memoryOpcodes(0x28, 2, 'i32.load _ f32.load'),
  ...memoryOpcodes(0x29, 3, 'i64.load _ f64.load'),
  ...memoryOpcodes(0x2d, 0, 'i32.load8_u'),
  ...memoryOpcodes(0x2f, 1, 'i32.load16_u'),
  ...simdLoads,
} as const;

/** Name of a load. */
export type LoadName = keyof typeof loads;

/**
 * Store instructions: they take an address and a value from the stack, and write the value at the address plus a
 * constant.
 */
export const stores = {
  ...memoryOpcodes(0x36, 2, 'i32.store _ f32.store'),
  ...memoryOpcodes(0x37, 3, 'i64.store _ f64.store'),
  ...memoryOpcodes(0x3a, 0, 'i32.store8'),
  ...memoryOpcodes(0x3b, 1, 'i32.store16'),
  ...simdStores,
} as const;

/** Name of a store. */
export type StoreName = keyof typeof stores;

/** Atomic instructions: they take an address and operands from the stack, and push the old value at the address. */
export const atomics = {
  ...memoryOpcodes(0xfe01e, 2, 'i32.atomic.rmw.add'),
} as const;

/** Name of an atomic instruction. */
export type AtomicName = keyof typeof atomics;
