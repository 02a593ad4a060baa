import { sizeOf } from '@manabi/ir';
import { type FunctionBuilder, forRange, type LocalId, limitTo, pushScaled } from '../../wasm/index.ts';
import { setAddress } from './address.ts';
import type { Axes } from './axes.ts';
import { splitIndex } from './tasks.ts';
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
    count,
    isFirst,
    isLast,
    iterations: [own, ...extents.slice(level + 1)],
  };
}

/** One of `parts` parts into which blocks are divided evenly. */
export interface DepthPart {
  readonly part: LocalId;
  readonly parts: number;
}

/**
 * Writes a loop over all blocks in order, or over those of a part. Before the code of `body`, the loop sets the `start` of each
 * matrix to the address of the block in it.
 */
export function overDepth(
  f: FunctionBuilder,
  { extents, strides }: Axes,
  { level, size, several }: DepthBlock,
  { count, isFirst, isLast }: DepthLocals,
  part: DepthPart | null,
  starts: readonly { readonly start: LocalId; readonly matrix: LocalId }[],
  body: () => void,
): void {
  if (!several) {
    for (const { start, matrix } of starts) f.get(matrix).set(start);
    body();
    return;
  }
  const blocks = [...extents.slice(0, level), Math.ceil(extents[level] / size)];
  const total = sizeOf(blocks);
  const [block, begin, end] = f.locals('i32', 3);
  [begin, end].forEach((bound, next) => {
    if (part === null) f.i32(next * total);
    else f.get(part.part).i32(next).op('i32.add').i32(total).op('i32.mul').i32(part.parts).op('i32.div_u');
    f.set(bound);
  });
  const push = (local: LocalId) => (): void => void f.get(local);
  forRange(f, block, push(begin), push(end), 1, () => {
    const indices = splitIndex(f, block, blocks);
    const at = indices[level];
    pushScaled(f, at, size);
    f.set(at);
    f.i32(extents[level]).get(at).op('i32.sub').set(count);
    limitTo(f, count, size);
    f.get(block).get(begin).op('i32.eq').set(isFirst);
    f.get(block).i32(1).op('i32.add').get(end).op('i32.eq').set(isLast);
    starts.forEach(({ start, matrix }, reader) => {
      const terms = indices.map((index, i) => [index, strides[reader][i]] as const);
      setAddress(f, start, matrix, terms);
    });
    body();
  });
}
