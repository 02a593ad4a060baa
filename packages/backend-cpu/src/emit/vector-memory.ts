import { atomVaries, axisFactor, type KernelAccess } from '@manabi/compiler';
import type { DType } from '@manabi/ir';
import type { FunctionBuilder, LocalId } from '../wasm/index.ts';
import { pushAddress } from './address.ts';
import { elementCode } from './element.ts';
import { activeLanes, type Emission, type Lane, type Region, regionAxes } from './emission.ts';
import { decodeVector, encodeVector } from './half.ts';
import { emitTranspose4 } from './transpose.ts';

/**
 * How the elements that the lanes of a vector access are arranged in memory. `uniform`: all lanes access the same
 * element. `transposed`: the elements that one lane accesses in all vectors of the region are contiguous. `apart`: in
 * no regular way.
 */
export type LanePattern = 'uniform' | 'contiguous' | 'reversed' | 'transposed' | 'apart';

/** Returns how the elements of an access in vectorized code are arranged in memory. */
export function lanePattern(
  region: Pick<Region, 'axis' | 'acrossAxis' | 'varying'>,
  { index }: Pick<KernelAccess, 'index'>,
): LanePattern {
  const axes = regionAxes(region);
  const { axis, acrossAxis, varying } = region;
  if (index.terms.some(({ atom }) => atom.kind !== 'axis' && atomVaries(atom, axes, varying.scalars))) return 'apart';
  switch (axisFactor(index, axis)) {
    case 0:
      return 'uniform';
    case 1:
      return 'contiguous';
    case -1:
      return 'reversed';
    default:
      return acrossAxis !== null && axisFactor(index, acrossAxis) === 1 ? 'transposed' : 'apart';
  }
}

/**
 * Writes code that loads the elements of up to four vectors of a region. It loads the elements of one lane in all
 * vectors together, and transposes the result in registers. Returns the locals of the vectors.
 */
export function emitTransposedLoad(e: Emission, region: Region, access: KernelAccess): LocalId[] {
  const { f } = e;
  const { dtype } = e.slots[access.slot];
  const count = region.instances.length;
  if (elementCode[dtype].bytes !== 4) {
    return region.instances.map((_, instance) => {
      pushLanes(e, access, dtype, instance, region.lanes);
      widenElements(f, dtype);
      const local = f.local('v128');
      f.set(local);
      return local;
    });
  }
  const rows = [0, 1, 2, 3].map((lane) => {
    const row = f.local('v128');
    if (lane < region.lanes) pushRow(e, access, { instance: 0, lane }, count);
    else f.i32x4(0);
    f.set(row);
    return row;
  });
  const columns = f.locals('v128', 4);
  emitTranspose4(f, rows, columns, f.locals('v128', 4));
  return columns.slice(0, count);
}

/** Writes code that pushes a vector of the elements that its lanes read; inactive lanes are zero. */
export function pushVectorLoad(
  e: Emission,
  region: Region,
  access: KernelAccess,
  dtype: DType,
  instance: number,
): void {
  const { f } = e;
  const lanes = activeLanes(region, instance);
  const pattern = lanePattern(region, access);
  const bytes = elementCode[dtype].bytes;
  if (pattern === 'contiguous' && bytes === 4) {
    pushRow(e, access, { instance, lane: 0 }, lanes);
  } else if (pattern === 'uniform') {
    const offset = pushAddress(e, access, { instance, lane: 0 });
    f.load(bytes === 4 ? 'v128.load32_splat' : bytes === 2 ? 'v128.load16_splat' : 'v128.load8_splat', offset);
    widenElements(f, dtype);
  } else if (pattern === 'contiguous' && lanes === 4) {
    const offset = pushAddress(e, access, { instance, lane: 0 });
    f.load(bytes === 2 ? 'v128.load64_zero' : 'v128.load32_zero', offset);
    widenElements(f, dtype);
  } else if (pattern === 'reversed' && bytes === 4 && lanes === 4) {
    f.load('v128.load', pushAddress(e, access, { instance, lane: 3 }));
    const reversed = f.local('v128');
    f.tee(reversed).get(reversed).shuffle32(3, 2, 1, 0);
  } else {
    pushLanes(e, access, dtype, instance, lanes);
    widenElements(f, dtype);
  }
}

/** Writes code that pushes a vector of `lanes` contiguous 32-bit elements. */
function pushRow(e: Emission, access: KernelAccess, at: Lane, lanes: number): void {
  const { f } = e;
  const offset = pushAddress(e, access, at);
  if (lanes === 3) {
    f.load('v128.load64_zero', pushAddress(e, access, at)).laneMemory('v128.load32_lane', 2, offset + 8);
  } else {
    f.load(lanes === 4 ? 'v128.load' : lanes === 2 ? 'v128.load64_zero' : 'v128.load32_zero', offset);
  }
}

/** Writes code that loads elements lane by lane, into lanes of their size at the start of the vector. */
function pushLanes(e: Emission, access: KernelAccess, dtype: DType, instance: number, lanes: number): void {
  const { f } = e;
  // A lane load expects the vector on top of its address. So all addresses are pushed first, the address of the last
  // lane at the bottom.
  const offsets: number[] = [];
  for (let lane = lanes - 1; lane >= 0; lane--) offsets[lane] = pushAddress(e, access, { instance, lane });
  const { bytes } = elementCode[dtype];
  const load = bytes === 4 ? 'v128.load32_lane' : bytes === 2 ? 'v128.load16_lane' : 'v128.load8_lane';
  if (bytes === 4) f.load('v128.load32_zero', offsets[0]);
  else f.i32x4(0).laneMemory(load, 0, offsets[0]);
  for (let lane = 1; lane < lanes; lane++) f.laneMemory(load, lane, offsets[lane]);
}

/** Writes code that widens the first four elements of the vector on the stack to 32-bit lanes; bools become masks. */
function widenElements(f: FunctionBuilder, dtype: DType): void {
  const { bytes } = elementCode[dtype];
  if (bytes === 1) f.op('i16x8.extend_low_i8x16_u');
  if (bytes < 4) f.op('i32x4.extend_low_i16x8_u');
  if (dtype === 'float16') decodeVector(f);
  if (dtype === 'bool') f.op('i32x4.neg');
}

/** Writes code that stores the lanes of a vector to contiguous elements. */
export function storeVector(
  e: Emission,
  region: Region,
  access: KernelAccess,
  dtype: DType,
  instance: number,
  value: LocalId,
): void {
  const { f } = e;
  const lanes = activeLanes(region, instance);
  const at = { instance, lane: 0 };
  if (elementCode[dtype].bytes === 4) {
    if (lanes === 4) {
      const offset = pushAddress(e, access, at);
      f.get(value).store('v128.store', offset);
      return;
    }
    if (lanes >= 2) {
      const offset = pushAddress(e, access, at);
      f.get(value).laneMemory('v128.store64_lane', 0, offset);
    }
    if (lanes !== 2) {
      const offset = pushAddress(e, access, { instance, lane: lanes - 1 });
      f.get(value).laneMemory('v128.store32_lane', lanes - 1, offset);
    }
    return;
  }
  const isHalf = dtype === 'float16';
  const packed = f.local('v128');
  f.get(value);
  if (dtype === 'bool') f.i32x4(1).op('v128.and');
  if (isHalf) encodeVector(f);
  f.tee(packed).get(packed).op('i16x8.narrow_i32x4_u');
  if (!isHalf) f.tee(packed).get(packed).op('i8x16.narrow_i16x8_u');
  f.set(packed);
  // Stores of one, two and four elements.
  const [one, two, four] = isHalf
    ? (['v128.store16_lane', 'v128.store32_lane', 'v128.store64_lane'] as const)
    : (['v128.store8_lane', 'v128.store16_lane', 'v128.store32_lane'] as const);
  const store = (name: typeof one | typeof two | typeof four, lane: number): void => {
    const offset = pushAddress(e, access, { instance, lane });
    f.get(packed).laneMemory(name, lane, offset);
  };
  if (lanes >= 2) store(lanes === 4 ? four : two, 0);
  if (lanes % 2 === 1) store(one, lanes - 1);
}
