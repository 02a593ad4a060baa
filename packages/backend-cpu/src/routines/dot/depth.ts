import { sizeOf } from '@manabi/ir';
import { type FunctionBuilder, forRange, type LocalId } from '../../wasm/index.ts';
import { setAddress } from './address.ts';
import type { Axes } from './axes.ts';
import type { TileIterations } from './tile.ts';

/** Division of the contracted axes into blocks that are summed one after the other. */
export interface DepthBlock {
  /**
   * Position of the axis that is divided. A block contains a range of this axis, all indices of the axes after it, and
   * one index of each axis before it.
   */
  readonly level: number;
  /** Length of a block along the divided axis; the last block may be shorter. */
  readonly size: number;
  /** Whether there is more than one block. */
  readonly several: boolean;
}

/** Returns the division into the largest possible blocks of at most `elements` elements. */
export function depthBlock(extents: readonly number[], elements: number): DepthBlock {
  const level = extents.findIndex((_, axis) => sizeOf(extents.slice(axis + 1)) <= elements);
  const size = Math.min(extents[level], Math.floor(elements / sizeOf(extents.slice(level + 1))));
  return { level, size, several: sizeOf(extents) > elements };
}

/** Locals that describe the block of terms that a tile sums. */
export interface DepthLocals {
  readonly indices: readonly LocalId[];
  readonly count: LocalId;
  readonly isFirst: LocalId;
  readonly isLast: LocalId;
  /** Numbers of iterations of the loops of a tile: along the divided axis, and along each axis after it. */
  readonly iterations: readonly TileIterations[];
}

/** Declares the locals of `DepthLocals` for a division into blocks. */
export function depthLocals(f: FunctionBuilder, { extents }: Axes, { level, size, several }: DepthBlock): DepthLocals {
  const [count, isFirst, isLast] = f.locals('i32', 3);
  const even = extents[level] % Math.max(size, 1) === 0;
  const own = several && !even ? { local: count } : several ? size : extents[level];
  return {
    indices: f.locals('i32', level + 1),
    count,
    isFirst,
    isLast,
    iterations: [own, ...extents.slice(level + 1)],
  };
}

/**
 * Writes a loop over all blocks in order. Before the code of `body`, the loop sets the `start` of each matrix to the
 * address of the block in it.
 */
export function overDepth(
  f: FunctionBuilder,
  { extents, strides }: Axes,
  { level, size, several }: DepthBlock,
  { indices, count, isFirst, isLast }: DepthLocals,
  starts: readonly { readonly start: LocalId; readonly matrix: LocalId }[],
  body: () => void,
): void {
  if (!several) {
    for (const { start, matrix } of starts) f.get(matrix).set(start);
    body();
    return;
  }
  const over = (axis: number): void => {
    if (axis < level) {
      forRange(f, indices[axis], 0, extents[axis], 1, () => over(axis + 1));
      return;
    }
    forRange(f, indices[level], 0, extents[level], size, () => {
      f.i32(extents[level]).get(indices[level]).op('i32.sub').set(count);
      f.i32(size).get(count).i32(size).get(count).op('i32.lt_s', 'select').set(count);
      f.i32(0);
      for (const index of indices) f.get(index).op('i32.or');
      f.op('i32.eqz').set(isFirst);
      f.get(indices[level]).get(count).op('i32.add').i32(extents[level]).op('i32.eq');
      for (let before = 0; before < level; before++) {
        f.get(indices[before])
          .i32(extents[before] - 1)
          .op('i32.eq', 'i32.and');
      }
      f.set(isLast);
      starts.forEach(({ start, matrix }, reader) => {
        const terms = indices.map((index, i) => [index, strides[reader][i]] as const);
        setAddress(f, start, matrix, terms);
      });
      body();
    });
  };
  over(0);
}
