import { memoryOpcodes, opcodes } from './opcode-table.ts';

/** SIMD instructions without immediates. */
export const simdOperations = {
  ...opcodes(0xfd00e, 'i8x16.swizzle i8x16.splat i16x8.splat i32x4.splat i64x2.splat f32x4.splat f64x2.splat'),
  ...opcodes(0xfd023, 'i8x16.eq i8x16.ne i8x16.lt_s i8x16.lt_u i8x16.gt_s i8x16.gt_u'),
  ...opcodes(0xfd029, 'i8x16.le_s i8x16.le_u i8x16.ge_s i8x16.ge_u'),
  ...opcodes(0xfd02d, 'i16x8.eq i16x8.ne i16x8.lt_s i16x8.lt_u i16x8.gt_s i16x8.gt_u'),
  ...opcodes(0xfd033, 'i16x8.le_s i16x8.le_u i16x8.ge_s i16x8.ge_u'),
  ...opcodes(0xfd037, 'i32x4.eq i32x4.ne i32x4.lt_s i32x4.lt_u i32x4.gt_s i32x4.gt_u'),
  ...opcodes(0xfd03d, 'i32x4.le_s i32x4.le_u i32x4.ge_s i32x4.ge_u'),
  ...opcodes(0xfd041, 'f32x4.eq f32x4.ne f32x4.lt f32x4.gt f32x4.le f32x4.ge'),
  ...opcodes(0xfd047, 'f64x2.eq f64x2.ne f64x2.lt f64x2.gt f64x2.le f64x2.ge'),
  ...opcodes(0xfd04d, 'v128.not v128.and v128.andnot v128.or v128.xor v128.bitselect v128.any_true'),
  ...opcodes(0xfd05e, 'f32x4.demote_f64x2_zero f64x2.promote_low_f32x4'),
  ...opcodes(0xfd060, 'i8x16.abs i8x16.neg i8x16.popcnt i8x16.all_true i8x16.bitmask'),
  ...opcodes(0xfd065, 'i8x16.narrow_i16x8_s i8x16.narrow_i16x8_u f32x4.ceil f32x4.floor f32x4.trunc f32x4.nearest'),
  ...opcodes(0xfd06b, 'i8x16.shl i8x16.shr_s i8x16.shr_u i8x16.add i8x16.add_sat_s i8x16.add_sat_u'),
  ...opcodes(0xfd071, 'i8x16.sub i8x16.sub_sat_s i8x16.sub_sat_u f64x2.ceil f64x2.floor'),
  ...opcodes(0xfd076, 'i8x16.min_s i8x16.min_u i8x16.max_s i8x16.max_u f64x2.trunc i8x16.avgr_u'),
  ...opcodes(0xfd07c, 'i16x8.extadd_pairwise_i8x16_s i16x8.extadd_pairwise_i8x16_u'),
  ...opcodes(0xfd07e, 'i32x4.extadd_pairwise_i16x8_s i32x4.extadd_pairwise_i16x8_u'),
  ...opcodes(0xfd080, 'i16x8.abs i16x8.neg i16x8.q15mulr_sat_s i16x8.all_true i16x8.bitmask'),
  ...opcodes(0xfd085, 'i16x8.narrow_i32x4_s i16x8.narrow_i32x4_u i16x8.extend_low_i8x16_s i16x8.extend_high_i8x16_s'),
  ...opcodes(0xfd089, 'i16x8.extend_low_i8x16_u i16x8.extend_high_i8x16_u i16x8.shl i16x8.shr_s i16x8.shr_u'),
  ...opcodes(0xfd08e, 'i16x8.add i16x8.add_sat_s i16x8.add_sat_u i16x8.sub i16x8.sub_sat_s i16x8.sub_sat_u'),
  ...opcodes(0xfd094, 'f64x2.nearest i16x8.mul i16x8.min_s i16x8.min_u i16x8.max_s i16x8.max_u _ i16x8.avgr_u'),
  ...opcodes(0xfd09c, 'i16x8.extmul_low_i8x16_s i16x8.extmul_high_i8x16_s'),
  ...opcodes(0xfd09e, 'i16x8.extmul_low_i8x16_u i16x8.extmul_high_i8x16_u'),
  ...opcodes(0xfd0a0, 'i32x4.abs i32x4.neg _ i32x4.all_true i32x4.bitmask'),
  ...opcodes(0xfd0a7, 'i32x4.extend_low_i16x8_s i32x4.extend_high_i16x8_s'),
  ...opcodes(0xfd0a9, 'i32x4.extend_low_i16x8_u i32x4.extend_high_i16x8_u i32x4.shl i32x4.shr_s i32x4.shr_u'),
  ...opcodes(0xfd0ae, 'i32x4.add _ _ i32x4.sub _ _ _ i32x4.mul i32x4.min_s i32x4.min_u i32x4.max_s i32x4.max_u'),
  ...opcodes(0xfd0ba, 'i32x4.dot_i16x8_s _ i32x4.extmul_low_i16x8_s i32x4.extmul_high_i16x8_s'),
  ...opcodes(0xfd0be, 'i32x4.extmul_low_i16x8_u i32x4.extmul_high_i16x8_u'),
  ...opcodes(0xfd0c0, 'i64x2.abs i64x2.neg _ i64x2.all_true i64x2.bitmask'),
  ...opcodes(0xfd0c7, 'i64x2.extend_low_i32x4_s i64x2.extend_high_i32x4_s'),
  ...opcodes(0xfd0c9, 'i64x2.extend_low_i32x4_u i64x2.extend_high_i32x4_u i64x2.shl i64x2.shr_s i64x2.shr_u'),
  ...opcodes(0xfd0ce, 'i64x2.add _ _ i64x2.sub _ _ _ i64x2.mul'),
  ...opcodes(0xfd0d6, 'i64x2.eq i64x2.ne i64x2.lt_s i64x2.gt_s i64x2.le_s i64x2.ge_s'),
  ...opcodes(0xfd0dc, 'i64x2.extmul_low_i32x4_s i64x2.extmul_high_i32x4_s'),
  ...opcodes(0xfd0de, 'i64x2.extmul_low_i32x4_u i64x2.extmul_high_i32x4_u'),
  ...opcodes(0xfd0e0, 'f32x4.abs f32x4.neg _ f32x4.sqrt f32x4.add f32x4.sub f32x4.mul f32x4.div'),
  ...opcodes(0xfd0e8, 'f32x4.min f32x4.max f32x4.pmin f32x4.pmax'),
  ...opcodes(0xfd0ec, 'f64x2.abs f64x2.neg _ f64x2.sqrt f64x2.add f64x2.sub f64x2.mul f64x2.div'),
  ...opcodes(0xfd0f4, 'f64x2.min f64x2.max f64x2.pmin f64x2.pmax'),
  ...opcodes(0xfd0f8, 'i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_s f32x4.convert_i32x4_u'),
  ...opcodes(0xfd0fc, 'i32x4.trunc_sat_f64x2_s_zero i32x4.trunc_sat_f64x2_u_zero'),
  ...opcodes(0xfd0fe, 'f64x2.convert_low_i32x4_s f64x2.convert_low_i32x4_u'),
} as const;

/** SIMD loads: whole vectors, widening, splatting, and one lane with the others zero. */
export const simdLoads = {
  ...memoryOpcodes(0xfd000, 4, 'v128.load'),
  ...memoryOpcodes(0xfd001, 3, 'v128.load8x8_s v128.load8x8_u v128.load16x4_s v128.load16x4_u'),
  ...memoryOpcodes(0xfd005, 3, 'v128.load32x2_s v128.load32x2_u'),
  ...memoryOpcodes(0xfd007, 0, 'v128.load8_splat'),
  ...memoryOpcodes(0xfd008, 1, 'v128.load16_splat'),
  ...memoryOpcodes(0xfd009, 2, 'v128.load32_splat'),
  ...memoryOpcodes(0xfd00a, 3, 'v128.load64_splat'),
  ...memoryOpcodes(0xfd05c, 2, 'v128.load32_zero'),
  ...memoryOpcodes(0xfd05d, 3, 'v128.load64_zero'),
} as const;

/** SIMD stores of whole vectors. */
export const simdStores = memoryOpcodes(0xfd00b, 4, 'v128.store');

/** Loads of one lane: address and vector from the stack, the vector with the lane replaced back. */
export const laneLoads = {
  ...memoryOpcodes(0xfd054, 0, 'v128.load8_lane'),
  ...memoryOpcodes(0xfd055, 1, 'v128.load16_lane'),
  ...memoryOpcodes(0xfd056, 2, 'v128.load32_lane'),
  ...memoryOpcodes(0xfd057, 3, 'v128.load64_lane'),
} as const;

/** Stores of one lane: address and vector from the stack. */
export const laneStores = {
  ...memoryOpcodes(0xfd058, 0, 'v128.store8_lane'),
  ...memoryOpcodes(0xfd059, 1, 'v128.store16_lane'),
  ...memoryOpcodes(0xfd05a, 2, 'v128.store32_lane'),
  ...memoryOpcodes(0xfd05b, 3, 'v128.store64_lane'),
} as const;

/** Instructions that read or replace one lane, which is an immediate. */
export const laneOperations = {
  ...opcodes(0xfd015, 'i8x16.extract_lane_s i8x16.extract_lane_u i8x16.replace_lane'),
  ...opcodes(0xfd018, 'i16x8.extract_lane_s i16x8.extract_lane_u i16x8.replace_lane'),
  ...opcodes(0xfd01b, 'i32x4.extract_lane i32x4.replace_lane i64x2.extract_lane i64x2.replace_lane'),
  ...opcodes(0xfd01f, 'f32x4.extract_lane f32x4.replace_lane f64x2.extract_lane f64x2.replace_lane'),
} as const;

/** Name of an instruction that reads or replaces one lane. */
export type LaneOperationName = keyof typeof laneOperations;

/** Name of a load or store of one lane. */
export type LaneMemoryName = keyof typeof laneLoads | keyof typeof laneStores;
