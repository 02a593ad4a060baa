import { sizeOf } from '@manabi/ir';
import { type FunctionBuilder, forRange, type LocalId } from '../../wasm/index.ts';
import { setAddress } from './address.ts';
import type { Axes } from './axes.ts';
import { takeDigit } from './tasks.ts';
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

/** Returns the number of blocks of axes with the given extents. */
export function depthBlocks(extents: readonly number[], { level, size }: DepthBlock): number {
  return sizeOf(extents.slice(0, level)) * Math.ceil(extents[level] / size);
}

/** Locals that describe the block of terms that a tile sums. */
export interface DepthLocals {
  /** Number of the block. */
  readonly block: LocalId;
  readonly rest: LocalId;
  readonly indices: readonly LocalId[];
  readonly count: LocalId;
  readonly isFirst: LocalId;
  readonly isLast: LocalId;
  /** Numbers of iterations of the loops of a tile: along the divided axis, and along each axis after it. */
  readonly iterations: readonly TileIterations[];
}

/** Declares the locals of `DepthLocals` for a division into blocks. */
export function depthLocals(f: FunctionBuilder, { extents }: Axes, { level, size, several }: DepthBlock): DepthLocals {
  const [block, rest, count, isFirst, isLast] = f.locals('i32', 5);
  const even = extents[level] % Math.max(size, 1) === 0;
  const own = several && !even ? { local: count } : several ? size : extents[level];
  return {
    block,
    rest,
    indices: f.locals('i32', level + 1),
    count,
    isFirst,
    isLast,
    iterations: [own, ...extents.slice(level + 1)],
  };
}

/** Consecutive blocks, from `begin` to `end`. */
export interface DepthRange {
  readonly begin: LocalId;
  readonly end: LocalId;
}

/** Writes code that sets a range to the blocks of a part, if `blocks` blocks are divided evenly into `parts` parts. */
export function setPart(
  f: FunctionBuilder,
  { begin, end }: DepthRange,
  part: LocalId,
  parts: number,
  blocks: number,
): void {
  f.get(part).i32(blocks).op('i32.mul').i32(parts).op('i32.div_u').set(begin);
  f.get(part).i32(1).op('i32.add').i32(blocks).op('i32.mul').i32(parts).op('i32.div_u').set(end);
}

/**
 * Writes a loop over blocks in order: over those of a range, or over all. Before the code of `body`, the loop sets the `start` of
 * each matrix to the address of the block in it.
 */
export function overDepth(
  f: FunctionBuilder,
  { extents, strides }: Axes,
  division: DepthBlock,
  { block, rest, indices, count, isFirst, isLast }: DepthLocals,
  range: DepthRange | null,
  starts: readonly { readonly start: LocalId; readonly matrix: LocalId }[],
  body: () => void,
): void {
  const { level, size, several } = division;
  if (!several) {
    for (const { start, matrix } of starts) f.get(matrix).set(start);
    body();
    return;
  }
  const [begin, end] =
    range === null
      ? ([0, depthBlocks(extents, division)] as const)
      : ([(): void => void f.get(range.begin), (): void => void f.get(range.end)] as const);
  const push = (bound: typeof begin | typeof end): FunctionBuilder => {
    if (typeof bound === 'number') return f.i32(bound);
    bound();
    return f;
  };
  forRange(f, block, begin, end, 1, () => {
    f.get(block).set(rest);
    takeDigit(f, rest, Math.ceil(extents[level] / size), indices[level]);
    for (let axis = level - 1; axis > 0; axis--) takeDigit(f, rest, extents[axis], indices[axis]);
    if (level > 0) f.get(rest).set(indices[0]);
    if (size > 1) f.get(indices[level]).i32(size).op('i32.mul').set(indices[level]);
    f.i32(extents[level]).get(indices[level]).op('i32.sub').set(count);
    f.i32(size).get(count).i32(size).get(count).op('i32.lt_s', 'select').set(count);
    f.get(block);
    push(begin).op('i32.eq').set(isFirst);
    f.get(block).i32(1).op('i32.add');
    push(end).op('i32.eq').set(isLast);
    starts.forEach(({ start, matrix }, reader) => {
      const terms = indices.map((index, i) => [index, strides[reader][i]] as const);
      setAddress(f, start, matrix, terms);
    });
    body();
  });
}
