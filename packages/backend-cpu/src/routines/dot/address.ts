import { ManabiError } from '@manabi/ir';
import { type Emit, type FunctionBuilder, type LocalId, limitTo, pushScaled } from '../../wasm/index.ts';
import { denseStrides } from './axes.ts';
import type { DotShape } from './contract.ts';
import { type DotOperandName, denseBatchStrides, matrixSizes, ownBatch, panelElements, sideOf } from './plan.ts';

/** Writes code that pushes the address of a buffer of a product. */
export function pushPointer(f: FunctionBuilder, pointer: Emit | undefined, name: string): FunctionBuilder {
  if (pointer === undefined) {
    const message = `Function "${f.name}" needs the address of "${name}". Add it to the pointers.`;
    throw new ManabiError('backend', message, { op: 'dot', data: { function: f.name, pointer: name } });
  }
  pointer(f);
  return f;
}

/**
 * Writes code that sets `address` to `base` plus the sum of all batch indices, each multiplied by its stride in bytes.
 */
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

/** Writes code that sets `address` to `base` plus the sum of all indices, each multiplied by its number of bytes. */
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

/**
 * Where an operand of 32-bit elements is read, and with which strides: in its original array, or in panels (a copy for
 * sequential reads).
 */
export interface OperandView {
  readonly pointer: DotOperandName | 'lhsPanels' | 'rhsPanels';
  /** Strides of the batch axes, in elements. */
  readonly batch: readonly number[];
  /**
   * Extents of the axes along which tiles are positioned (rows or columns of the result), and the stride of each axis
   * in bytes.
   */
  readonly extents: readonly number[];
  readonly free: readonly number[];
  /** Bytes between adjacent rows or columns of a tile; null if the distance varies. */
  readonly lane: number | null;
  /** Stride of each contracted axis in bytes. */
  readonly contract: readonly number[];
}

/** Returns where to read an operand: in panels of `width` elements if it is packed, and otherwise in its array. */
export function operandView(shape: DotShape, operand: DotOperandName, packed: boolean, width: number): OperandView {
  const { strides, extents, extent } = sideOf(shape, operand);
  const { k } = matrixSizes(shape);
  if (!packed) {
    const free = strides.free.map((stride) => 4 * stride);
    const contract = strides.contract.map((stride) => 4 * stride);
    return {
      pointer: operand,
      batch: strides.batch,
      extents,
      free,
      lane: free.length === 1 ? free[0] : null,
      contract,
    };
  }
  const elements = panelElements(extent, width, k);
  const batch = denseBatchStrides(ownBatch(shape.batch, strides.batch), elements);
  const contract = denseStrides(shape.contract, 4 * width);
  return { pointer: `${operand}Panels`, batch, extents: [extent], free: [4 * k], lane: 4, contract };
}

/** Writes the code `begin = block * size; end = min(begin + size, extent)`. */
export function setBlock(
  f: FunctionBuilder,
  block: LocalId,
  size: number,
  extent: number,
  begin: LocalId,
  end: LocalId,
): void {
  pushScaled(f, block, size);
  f.set(begin);
  setBlockEnd(f, begin, size, extent, end);
}

/** Writes the code `end = min(begin + size, extent)`. */
export function setBlockEnd(f: FunctionBuilder, begin: LocalId, size: number, extent: number, end: LocalId): void {
  f.get(begin).i32(size).op('i32.add').set(end);
  limitTo(f, end, extent);
}
