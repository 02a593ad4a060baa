import {
  accessesOf,
  atomVaries,
  axisFactor,
  type Block,
  forEachStatement,
  type Kernel,
  type KernelAccess,
  type Varying,
  varyingIn,
} from '@manabi/compiler';
import type { IndexExpr } from '@manabi/ir';
import type { Tuning } from '../device/tuning.ts';
import { codeSize } from './code-size.ts';
import { begunIn } from './row-sharing.ts';
import type { ShaderBuffers } from './shader-buffers.ts';

/** Number of consecutive iterations of a wide axis that one invocation runs. */
export const WIDTH = 4 as const;

/** Largest size of a row that is written for several iterations at once; see `codeSize`. */
const LARGEST_ROW = 100;

/** Least number of invocations for which a GPU needs no narrower rows to keep all of its cores busy. */
const BUSY = 8192;

/**
 * An axis of which each invocation runs four consecutive iterations together, statement by statement, so that it can
 * load and store vectors of four elements: the innermost parallel axis around a row, or the axis of a loop within it.
 */
export interface WideAxis {
  readonly axis: number;
  /** Whether it is the axis of a loop, whose iterations all change the accumulators from before the loop. */
  readonly isLoop: boolean;
  /** Scalars and accumulators that differ between the four iterations. */
  readonly varying: Varying;
}

/**
 * Returns the wide axis of a row of a kernel, or null if its iterations are better run by separate invocations.
 *
 * @param axis innermost parallel axis around the row
 * @param rows number of rows
 */
export function chooseWideAxis(
  kernel: Kernel,
  row: Block,
  axis: number,
  rows: number,
  buffers: ShaderBuffers,
  tuning: Tuning,
): WideAxis | null {
  if (codeSize(kernel) > LARGEST_ROW || (tuning === 'hardware' && rows / WIDTH < BUSY)) return null;
  return wideAxisOf(kernel, row, axis, buffers);
}

/**
 * Returns an axis as the wide axis of a block, or null if the block accesses no vectors along it. Binds the buffers that
 * can be accessed in vectors accordingly.
 *
 * @param all all statements of the shader that access the same buffers
 */
export function wideAxisOf(
  kernel: Kernel,
  block: Block,
  axis: number,
  buffers: ShaderBuffers,
  all: Block = block,
): WideAxis | null {
  if (kernel.axes[axis].extent % WIDTH !== 0) return null;
  const wide = { axis, isLoop: false, varying: varyingIn(block, [axis]) };
  const accesses = accessesOf(block);
  const isVector = ({ index, slot }: KernelAccess): boolean =>
    vectorIndex(index, wide) !== null && buffers.fitsVectors(slot);
  // A store of one element of a vector could overwrite the others, which belong to other invocations.
  const scattered = new Set<number>();
  forEachStatement(all, (statement) => {
    if (statement.kind !== 'store') return;
    const isWhole = accesses.includes(statement) && isVector(statement) && statement.combine === 'set';
    if (!isWhole) scattered.add(buffers.rootOf(statement.slot));
  });
  const slots = accesses.filter(isVector).flatMap(({ slot }) => (scattered.has(buffers.rootOf(slot)) ? [] : [slot]));
  for (const slot of slots) buffers.bindAsVectors(slot);
  return slots.length > 0 ? wide : null;
}

/**
 * Returns the wide axes of the innermost loops of a row that reduce or are parallel, by the number of the axis. Binds the
 * buffers that can be accessed in vectors accordingly.
 */
export function wideLoopsOf(kernel: Kernel, row: Block, buffers: ShaderBuffers): ReadonlyMap<number, WideAxis> {
  const wide = new Map<number, WideAxis>();
  if (codeSize(kernel) > LARGEST_ROW) return wide;
  forEachStatement(row, (statement) => {
    if (statement.kind !== 'loop' || kernel.axes[statement.axis].kind === 'sequential') return;
    const { axis, body } = statement;
    if (body.some(({ kind }) => kind === 'loop' || kind === 'assign')) return;
    const found = wideAxisOf(kernel, body, axis, buffers, row);
    if (found === null) return;
    // The iterations share all accumulators from before the loop.
    wide.set(axis, { ...found, isLoop: true, varying: { ...found.varying, accumulators: new Set(begunIn(body)) } });
  });
  return wide;
}

/**
 * Returns the index, in vectors of four elements, that an access of the four iterations of a wide axis starts at; null
 * if the four elements are not consecutive or do not start at a multiple of four. In the result, the axis counts
 * vectors.
 */
export function vectorIndex(index: IndexExpr, { axis, varying }: WideAxis): IndexExpr | null {
  const others = index.terms.filter(({ atom }) => !(atom.kind === 'axis' && atom.axis === axis));
  const isAligned =
    axisFactor(index, axis) === 1 &&
    index.constant % WIDTH === 0 &&
    others.every(({ atom, factor }) => factor % WIDTH === 0 && !atomVaries(atom, [axis], varying.scalars));
  if (!isAligned) return null;
  return {
    constant: index.constant / WIDTH,
    terms: index.terms.map((term) => (others.includes(term) ? { ...term, factor: term.factor / WIDTH } : term)),
  };
}
