import { accessesOf, axisFactor, type Block, forEachStatement, type Kernel, type Statement } from '@manabi/compiler';
import type { Tuning } from '../device/tuning.ts';

/** A loop with iterations divided among the lanes of a workgroup, merged with the loops nested directly in it. */
export interface SharedLoop {
  readonly axes: readonly number[];
  readonly extent: number;
  readonly body: Block;
}

/** Least number of iterations of a reduction for which dividing it among lanes is worth the barriers. */
const SHORTEST = 32;

/** Returns the shared loop for a statement of a row; null if every lane must run the whole statement. */
export function sharedLoop({ axes }: Kernel, statement: Statement): SharedLoop | null {
  if (statement.kind !== 'loop' || axes[statement.axis].kind === 'sequential') return null;
  const { kind } = axes[statement.axis];
  const shared = [statement.axis];
  let { body } = statement;
  for (let [only] = body; body.length === 1 && only.kind === 'loop' && axes[only.axis].kind === kind; [only] = body) {
    shared.push(only.axis);
    body = only.body;
  }
  const extent = shared.reduce((product, axis) => product * axes[axis].extent, 1);
  const stores = storesIn(body);
  return kind === 'parallel' || stores || extent >= SHORTEST ? { axes: shared, extent, body } : null;
}

/** The rows around a reduction, and the machine that computes them. */
export interface RowContext {
  /** Number of rows. */
  readonly rows: number;
  /** Innermost parallel axis around a row; null if there is only one row. */
  readonly inner: number | null;
  readonly tuning: Tuning;
}

/** Number of rows from which a GPU is busy with one invocation per row. */
const MANY_ROWS = 1024;

/** The same for drivers that run shaders on the CPU, where barriers are slow. */
const MANY_ROWS_IN_SOFTWARE = 32;

/**
 * Returns the number of lanes that share a row of a kernel; 1 if an invocation computes each row. On a GPU, lanes share
 * rows with long reductions if there are few rows, or if adjacent lanes then read adjacent elements.
 */
export function lanesOfRow(kernel: Kernel, row: Block, { rows, inner, tuning }: RowContext): number {
  const reductions = reductionsOf(kernel, row);
  const longest = Math.max(0, ...reductions.map(({ extent }) => extent));
  if (longest < SHORTEST || !canShare(kernel, row)) return 1;
  if (tuning === 'software' && rows >= MANY_ROWS_IN_SOFTWARE) return 1;
  if (rows >= MANY_ROWS && !readsAlongRows(kernel, row, inner)) return 1;
  return longest >= 1024 ? 256 : 64;
}

/**
 * Whether a row has a long reduction that reads adjacent elements in adjacent iterations, rather than in adjacent rows.
 *
 * @param inner innermost parallel axis around the row; null if there is only one row
 */
export function readsAlongRows(kernel: Kernel, row: Block, inner: number | null): boolean {
  const reductions = reductionsOf(kernel, row);
  return reductions.length > 0 && (inner === null || reductions.some((reduction) => readsAlong(reduction, inner)));
}

function reductionsOf(kernel: Kernel, row: Block): readonly SharedLoop[] {
  return row.flatMap((statement) => {
    const shared = sharedLoop(kernel, statement);
    return shared !== null && kernel.axes[shared.axes[0]].kind === 'reduce' ? [shared] : [];
  });
}

/** Whether most loads in a reduction read adjacent elements in adjacent iterations, rather than in adjacent rows. */
function readsAlong({ axes, body }: SharedLoop, inner: number): boolean {
  const innermost = axes[axes.length - 1];
  let [alongRow, acrossRows] = [0, 0];
  for (const { index } of accessesOf(body)) {
    if (Math.abs(axisFactor(index, innermost)) === 1) alongRow++;
    else if (Math.abs(axisFactor(index, inner)) === 1) acrossRows++;
  }
  return alongRow >= acrossRows;
}

/**
 * Whether lanes can share a row: each accumulator is filled either by shared loops alone or without them, and is not
 * changed after it was read.
 */
function canShare(kernel: Kernel, row: Block): boolean {
  const filled = new Map<number, 'shared' | 'alone' | 'read'>();
  for (const statement of row) {
    // Every lane would run the loop, and store once each.
    if (statement.kind === 'loop' && sharedLoop(kernel, statement) === null && storesIn(statement.body)) return false;
    for (const accumulator of accumulatorsIn([statement], 'read')) {
      if (filled.get(accumulator) === 'shared') filled.set(accumulator, 'read');
    }
    const isShared = sharedLoop(kernel, statement) !== null;
    for (const accumulator of accumulatorsIn([statement], 'begun')) filled.delete(accumulator);
    if (isShared && accumulatorsIn([statement], 'assigned').size > 0) return false;
    for (const accumulator of accumulatorsIn([statement], 'joined')) {
      const state = filled.get(accumulator);
      const next = isShared ? 'shared' : 'alone';
      if (state === 'read' || (state !== undefined && state !== next)) return false;
      filled.set(accumulator, next);
    }
  }
  return true;
}

/** Returns the accumulators that a block uses in the given way, except those declared in its inner loops. */
export function accumulatorsIn(block: Block, use: 'read' | 'begun' | 'joined' | 'assigned'): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (statements: Block, inner: ReadonlySet<number>): void => {
    const note = (kind: typeof use, accumulator: number): void => {
      if (kind === use && !inner.has(accumulator)) found.add(accumulator);
    };
    for (const statement of statements) {
      switch (statement.kind) {
        case 'loop':
          visit(statement.body, new Set([...inner, ...begunIn(statement.body)]));
          break;
        case 'begin':
          note('begun', statement.accumulator);
          break;
        case 'accumulate':
          note('joined', statement.accumulator);
          break;
        case 'accumulateIndex':
          note('joined', statement.accumulator);
          note('joined', statement.position);
          break;
        case 'assign':
          note('assigned', statement.accumulator);
          break;
        case 'define':
          if (statement.instruction.kind === 'accumulator') note('read', statement.instruction.accumulator);
          break;
        case 'store':
          break;
      }
    }
  };
  visit(block, new Set());
  return found;
}

/** Returns the accumulators that a block begins. */
export const begunIn = (block: Block): readonly number[] =>
  block.flatMap((statement) => (statement.kind === 'begin' ? [statement.accumulator] : []));

function storesIn(block: Block): boolean {
  let stores = false;
  forEachStatement(block, ({ kind }) => {
    stores ||= kind === 'store';
  });
  return stores;
}
