import { type Block, definitionsOf, type KernelLoop } from '@manabi/compiler';
import { emitCounted, type TaskRange, withConstant } from './counted-loop.ts';
import type { Emission, Instance, Region } from './emission.ts';
import { keepSplat } from './values.ts';
import { splattedIn } from './varying.ts';
import type { StripChoice, TileChoice } from './vector-choices.ts';

type EmitBlock = (e: Emission, block: Block) => void;

/** Writes a vectorized loop: a loop over strips of several vectors, and then the remaining iterations. */
export function emitStrips(
  e: Emission,
  loop: KernelLoop,
  choice: StripChoice,
  emitBlock: EmitBlock,
  range: TaskRange | null,
): void {
  const { axis, body } = loop;
  const { extent } = e.kernel.axes[axis];
  const step = 4 * choice.jam;
  const whole = Math.floor(extent / step) * step;
  const rest = extent - whole;
  const region = { axis, acrossAxis: null, varying: choice.varying, splatted: splattedIn(body, choice.varying) };
  const kept = keepOuterSplats(e, body, region.splatted);

  if (whole > 0) {
    e.region = { ...region, instances: instancesOf(choice.jam), lanes: 4 };
    if (whole === step && range === null) withConstant(e, loop, 0, () => emitBlock(e, body));
    else emitCounted(e, loop, { extent: whole, step, range }, () => emitBlock(e, body));
    forgetSplats(e, kept);
  }
  if (rest > 0) {
    const count = Math.ceil(rest / 4);
    e.region = { ...region, instances: instancesOf(count), lanes: rest - 4 * (count - 1) };
    ifLast(e, extent, range, () => withConstant(e, loop, whole, () => emitBlock(e, body)));
  }
  e.region = null;
  e.splats.clear();
}

function instancesOf(count: number): Instance[] {
  return Array.from({ length: count }, (_, instance) => ({ along: 4 * instance, across: 0 }));
}

/**
 * Iterations of each of the two loops of a tile: as many as a cache line has float32 elements, so a tile uses whole
 * cache lines.
 */
export const tileIterations = 16;

/**
 * Writes a loop and the innermost loop inside it in tiles. Vectors extend along the innermost loop, and each statement
 * is written for four iterations of the outer loop. Accesses that are contiguous along the outer axis can thus be
 * transposed in registers.
 */
export function emitTiles(
  e: Emission,
  loop: KernelLoop,
  choice: TileChoice,
  emitBlock: EmitBlock,
  range: TaskRange | null,
): void {
  const { inner, varying } = choice;
  const { kernel } = e;
  const splatted = splattedIn(inner.body, varying);
  const region = { axis: inner.axis, acrossAxis: loop.axis, varying, splatted };
  const kept = keepOuterSplats(e, loop.body, splatted);
  /** Writes the loops inside a tile for a number of iterations of the outer loop. */
  const emitInside = (block: Block, iterations: number): void => {
    for (const statement of block) {
      if (statement.kind !== 'loop') continue;
      e.region = { ...region, instances: [], lanes: 4 };
      if (statement !== inner) {
        const { extent } = kernel.axes[statement.axis];
        emitCounted(e, statement, { extent, step: 1, range: null }, () => emitInside(statement.body, iterations));
        continue;
      }
      forParts(e, inner, null, (columns) => {
        for (let across = 0; across < iterations; across += 4) {
          for (let along = 0; along < columns; along += 4) {
            const instances = [0, 1, 2, 3].slice(0, iterations - across).map((i) => ({ along, across: across + i }));
            e.region = { ...region, instances, lanes: Math.min(4, columns - along) };
            emitBlock(e, inner.body);
            forgetSplats(e, kept);
          }
        }
      });
    }
  };
  e.region = { ...region, instances: [], lanes: 4 };
  forParts(e, loop, range, (iterations) => emitInside(loop.body, iterations));
  e.region = null;
  e.splats.clear();
}

/** Writes a loop over full tiles, and then the remaining iterations. */
function forParts(e: Emission, loop: KernelLoop, range: TaskRange | null, write: (iterations: number) => void): void {
  const { extent } = e.kernel.axes[loop.axis];
  const whole = Math.floor(extent / tileIterations) * tileIterations;
  if (whole > 0) emitCounted(e, loop, { extent: whole, step: tileIterations, range }, () => write(tileIterations));
  if (extent > whole) ifLast(e, extent, range, () => withConstant(e, loop, whole, () => write(extent - whole)));
}

/**
 * Writes code for the last iterations of a loop. If the loop is divided into tasks, only the call that includes the
 * last task runs this code.
 */
function ifLast({ f }: Emission, extent: number, range: TaskRange | null, write: () => void): void {
  if (range === null) write();
  else f.get(range.end).i32(extent).op('i32.ge_s').if(write);
}

/**
 * Writes code that creates vectors of those scalars that are defined before a loop body and read as vectors in it.
 * Returns these scalars.
 */
function keepOuterSplats(e: Emission, body: Block, splatted: Region['splatted']): ReadonlySet<number> {
  const inside = definitionsOf(body);
  for (const scalar of splatted) {
    const definition = e.definitions.get(scalar);
    if (definition?.kind === 'constant') e.values[scalar] = { kind: 'constant', value: definition.value };
    if (!inside.has(scalar) || definition?.kind === 'constant') keepSplat(e, scalar);
  }
  return new Set(e.splats.keys());
}

function forgetSplats(e: Emission, kept: ReadonlySet<number>): void {
  for (const scalar of e.splats.keys()) if (!kept.has(scalar)) e.splats.delete(scalar);
}
