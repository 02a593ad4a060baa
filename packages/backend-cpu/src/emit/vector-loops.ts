import { type Block, definitionsOf, type KernelLoop } from '@manabi/compiler';
import { emitCounted, type TaskRange, withConstant } from './counted-loop.ts';
import type { Emission, Instance, Region } from './emission.ts';
import { keepSplat } from './values.ts';
import { splattedIn } from './varying.ts';
import type { StripChoice, TileChoice } from './vector-choices.ts';

type EmitBlock = (e: Emission, block: Block) => void;

/** A loop in vectors: strips of several vectors, and then what is left in as many vectors as it takes. */
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

/** Turns of both loops of a tile that are written out: all of a cache line is used while it is there. */
export const tileTurns = 16;

/**
 * Two of several nested loops in tiles: the lanes of vectors run along the innermost one, and each statement is written
 * for four turns of the outer one at once, so that what is contiguous along that one can be transposed in registers.
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
  /** The inner loops, for the outer turns from the running one on. */
  const emitInside = (block: Block, turns: number): void => {
    for (const statement of block) {
      if (statement.kind !== 'loop') continue;
      e.region = { ...region, instances: [], lanes: 4 };
      if (statement !== inner) {
        const { extent } = kernel.axes[statement.axis];
        emitCounted(e, statement, { extent, step: 1, range: null }, () => emitInside(statement.body, turns));
        continue;
      }
      forParts(e, inner, null, (columns) => {
        for (let across = 0; across < turns; across += 4) {
          for (let along = 0; along < columns; along += 4) {
            const instances = [0, 1, 2, 3].slice(0, turns - across).map((i) => ({ along, across: across + i }));
            e.region = { ...region, instances, lanes: Math.min(4, columns - along) };
            emitBlock(e, inner.body);
            forgetSplats(e, kept);
          }
        }
      });
    }
  };
  e.region = { ...region, instances: [], lanes: 4 };
  forParts(e, loop, range, (turns) => emitInside(loop.body, turns));
  e.region = null;
  e.splats.clear();
}

/** A loop over whole tiles, and what is left at once. */
function forParts(e: Emission, loop: KernelLoop, range: TaskRange | null, write: (turns: number) => void): void {
  const { extent } = e.kernel.axes[loop.axis];
  const whole = Math.floor(extent / tileTurns) * tileTurns;
  if (whole > 0) emitCounted(e, loop, { extent: whole, step: tileTurns, range }, () => write(tileTurns));
  if (extent > whole) ifLast(e, extent, range, () => withConstant(e, loop, whole, () => write(extent - whole)));
}

/** Code for the last turns of a loop: for the one call whose tasks reach the end. */
function ifLast({ f }: Emission, extent: number, range: TaskRange | null, write: () => void): void {
  if (range === null) write();
  else f.get(range.end).i32(extent).op('i32.ge_s').if(write);
}

/** Makes vectors of the scalars that the body reads as such and that are known before it; returns what is kept. */
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
