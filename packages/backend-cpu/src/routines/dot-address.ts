import { ManabiError } from '@manabi/ir';
import { type Emit, type FunctionBuilder, type LocalId, pushScaled } from '../wasm/index.ts';
import type { DotShape } from './dot-contract.ts';
import { type DotOperandName, denseBatchStrides, ownBatch, panelElements, sideOf } from './dot-plan.ts';

/** Pushes the address of a buffer. */
export function pushPointer(f: FunctionBuilder, pointer: Emit | undefined, name: string): FunctionBuilder {
  if (pointer === undefined) {
    const message = `Function "${f.name}" needs the address of "${name}". Give it among the pointers.`;
    throw new ManabiError('backend', message, { op: 'dot', data: { function: f.name, pointer: name } });
  }
  pointer(f);
  return f;
}

/** Sets `address` to `base` plus the batch offset: the indices times their strides in bytes. */
export function setBatchAddress(
  f: FunctionBuilder,
  address: LocalId,
  base: LocalId,
  batch: readonly LocalId[],
  strides: readonly number[],
  bytes: number,
): void {
  f.get(base);
  batch.forEach((index, axis) => {
    if (strides[axis] === 0) return;
    pushScaled(f, index, strides[axis] * bytes);
    f.op('i32.add');
  });
  f.set(address);
}

/** Sets `address` to `base` plus indices times bytes. */
export function setAddress(
  f: FunctionBuilder,
  address: LocalId,
  base: LocalId,
  terms: readonly (readonly [index: LocalId, bytes: number])[],
): void {
  f.get(base);
  for (const [index, bytes] of terms) {
    pushScaled(f, index, bytes);
    f.op('i32.add');
  }
  f.set(address);
}

/** How an operand of 32-bit elements is read: in place, or from its panels. */
export interface OperandView {
  readonly pointer: DotOperandName | 'lhsPanels' | 'rhsPanels';
  /** Strides of the batch axes, in elements. */
  readonly batch: readonly number[];
  /** Bytes from one tile to a tile that starts `i` elements further along the free axis, divided by `i`. */
  readonly free: number;
  /** Bytes between neighbours along the free axis inside a tile. */
  readonly lane: number;
  /** Bytes between neighbours along k. */
  readonly contract: number;
}

/** The view of an operand, for panels of `width` elements where it is packed. */
export function operandView(shape: DotShape, operand: DotOperandName, packed: boolean, width: number): OperandView {
  const { strides, extent } = sideOf(shape, operand);
  if (!packed) {
    const free = 4 * strides.free;
    return { pointer: operand, batch: strides.batch, free, lane: free, contract: 4 * strides.contract };
  }
  const elements = panelElements(extent, width, shape.k);
  const batch = denseBatchStrides(ownBatch(shape.batch, strides.batch), elements);
  return { pointer: `${operand}Panels`, batch, free: 4 * shape.k, lane: 4, contract: 4 * width };
}

/** `begin = block * size; end = min(begin + size, extent)`. */
export function setBlock(
  f: FunctionBuilder,
  block: LocalId,
  size: number,
  extent: number,
  begin: LocalId,
  end: LocalId,
): void {
  pushScaled(f, block, size);
  f.tee(begin).i32(size).op('i32.add').set(end);
  f.get(end).i32(extent).get(end).i32(extent).op('i32.lt_s', 'select').set(end);
}
