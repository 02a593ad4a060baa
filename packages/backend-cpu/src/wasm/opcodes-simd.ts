import { memoryOpcodes, opcodes } from './opcode-table.ts';

/** SIMD instructions without immediates. Unused ones are omitted, because pages download the table. */
export const simdOperations = {
  ...opcodes(0xfd00e, 'i8x16.swizzle _ _ i32x4.splat _ f32x4.splat'),
  ...opcodes(0xfd037, 'i32x4.eq i32x4.ne i32x4.lt_s i32x4.lt_u i32x4.gt_s'),
  ...opcodes(0xfd03d, 'i32x4.le_s i32x4.le_u _ i32x4.ge_u'),
  ...opcodes(0xfd041, 'f32x4.eq f32x4.ne f32x4.lt f32x4.gt f32x4.le'),
  ...opcodes(0xfd049, 'f64x2.lt _ f64x2.le f64x2.ge'),
  ...opcodes(0xfd04d, 'v128.not v128.and v128.andnot v128.or v128.xor v128.bitselect v128.any_true'),
  ...opcodes(0xfd05e, 'f32x4.demote_f64x2_zero f64x2.promote_low_f32x4'),
  ...opcodes(0xfd066, 'i8x16.narrow_i16x8_u f32x4.ceil f32x4.floor f32x4.trunc f32x4.nearest'),
  ...opcodes(0xfd07a, 'f64x2.trunc'),
  ...opcodes(0xfd086, 'i16x8.narrow_i32x4_u'),
  ...opcodes(
    0xfd087,
    'i16x8.extend_low_i8x16_s i16x8.extend_high_i8x16_s i16x8.extend_low_i8x16_u i16x8.extend_high_i8x16_u _ _ _ _ _ _ i16x8.sub',
  ),
  ...opcodes(0xfd0a0, 'i32x4.abs i32x4.neg _ i32x4.all_true'),
  ...opcodes(0xfd0a9, 'i32x4.extend_low_i16x8_u _ i32x4.shl i32x4.shr_s i32x4.shr_u'),
  ...opcodes(
    0xfd0ae,
    'i32x4.add _ _ i32x4.sub _ _ _ i32x4.mul i32x4.min_s i32x4.min_u i32x4.max_s i32x4.max_u i32x4.dot_i16x8_s',
  ),
  ...opcodes(0xfd0d1, 'i64x2.sub'),
  ...opcodes(0xfd0e0, 'f32x4.abs f32x4.neg _ f32x4.sqrt f32x4.add f32x4.sub f32x4.mul f32x4.div'),
  ...opcodes(0xfd0ea, 'f32x4.pmin f32x4.pmax'),
  ...opcodes(0xfd0f0, 'f64x2.add f64x2.sub f64x2.mul f64x2.div'),
  ...opcodes(0xfd0f6, 'f64x2.pmin f64x2.pmax'),
  ...opcodes(0xfd0f8, 'i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_s f32x4.convert_i32x4_u'),
  ...opcodes(0xfd0fe, 'f64x2.convert_low_i32x4_s f64x2.convert_low_i32x4_u'),
  ...opcodes(0xfd105, 'f32x4.relaxed_madd'),
  ...opcodes(0xfd112, 'i16x8.relaxed_dot_i8x16_i7x16_s'),
} as const;

/**
 * SIMD loads of whole vectors; loads that widen elements or copy one element to all lanes; and loads of one lane with
 * zeros in all others.
 */
export const simdLoads = {
  ...memoryOpcodes(0xfd000, 4, 'v128.load'),
  ...memoryOpcodes(0xfd007, 0, 'v128.load8_splat'),
  ...memoryOpcodes(0xfd008, 1, 'v128.load16_splat'),
  ...memoryOpcodes(0xfd009, 2, 'v128.load32_splat'),
  ...memoryOpcodes(0xfd00a, 3, 'v128.load64_splat'),
  ...memoryOpcodes(0xfd05c, 2, 'v128.load32_zero'),
  ...memoryOpcodes(0xfd05d, 3, 'v128.load64_zero'),
} as const;

/** SIMD stores of whole vectors. */
export const simdStores = memoryOpcodes(0xfd00b, 4, 'v128.store');

/**
 * Instructions that load one lane: they take an address and a vector from the stack, and push the vector with this lane
 * replaced.
 */
export const laneLoads = {
  ...memoryOpcodes(0xfd054, 0, 'v128.load8_lane'),
  ...memoryOpcodes(0xfd055, 1, 'v128.load16_lane'),
  ...memoryOpcodes(0xfd056, 2, 'v128.load32_lane'),
} as const;

/** Instructions that store one lane: they take an address and a vector from the stack. */
export const laneStores = {
  ...memoryOpcodes(0xfd058, 0, 'v128.store8_lane'),
  ...memoryOpcodes(0xfd059, 1, 'v128.store16_lane'),
  ...memoryOpcodes(0xfd05a, 2, 'v128.store32_lane'),
  ...memoryOpcodes(0xfd05b, 3, 'v128.store64_lane'),
} as const;

/** Instructions that read or replace one lane; the lane is an immediate. */
export const laneOperations = {
  ...opcodes(0xfd01b, 'i32x4.extract_lane i32x4.replace_lane'),
  ...opcodes(0xfd01f, 'f32x4.extract_lane f32x4.replace_lane f64x2.extract_lane'),
} as const;

/** Name of an instruction that reads or replaces one lane. */
export type LaneOperationName = keyof typeof laneOperations;

/** Name of a load or store of one lane. */
export type LaneMemoryName = keyof typeof laneLoads | keyof typeof laneStores;
