import type { Emit, FunctionBuilder, LocalId } from '../wasm/index.ts';

/** Number of elements in a vector. */
export type Lanes = 1 | 2 | 3 | 4;

/** Writes code that pushes a vector of elements that are `stride` elements apart. */
export function pushLanes(
  f: FunctionBuilder,
  base: LocalId,
  offset: number,
  stride: number,
  lanes: Lanes,
): FunctionBuilder {
  if (stride === 1) return f.get(base).load('v128.load', offset);
  if (stride === 0) return f.get(base).load('v128.load32_splat', offset);
  for (let lane = 0; lane < lanes; lane++) f.get(base);
  f.load('v128.load32_zero', offset);
  for (let lane = 1; lane < lanes; lane++) f.laneMemory('v128.load32_lane', lane, offset + 4 * stride * lane);
  return f;
}

/** Writes code that sets a local to a pushed value. */
export function setTo(f: FunctionBuilder, local: LocalId, push: Emit): void {
  push(f);
  f.set(local);
}

/** Writes code that sets `address` to `base` plus `index` times `bytes`. */
export function setPointer(f: FunctionBuilder, address: LocalId, base: LocalId, index: LocalId, bytes: number): void {
  f.get(base).get(index).i32(bytes).op('i32.mul', 'i32.add').set(address);
}

/** Writes code that adds a constant to a local. */
export function advance(f: FunctionBuilder, local: LocalId, amount: number): void {
  if (amount !== 0) f.get(local).i32(amount).op('i32.add').set(local);
}
