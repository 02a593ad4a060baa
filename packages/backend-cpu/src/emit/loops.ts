import type { Block, KernelLoop } from '@manabi/compiler';
import { emitCounted, type TaskRange, withConstant } from './counted-loop.ts';
import type { Emission } from './emission.ts';
import { emitStrips, emitTiles } from './vector-loops.ts';

/** Writes a loop over all iterations along its axis, or over the iterations of the tasks that a call runs. */
export function emitLoop(
  e: Emission,
  loop: KernelLoop,
  emitBlock: (e: Emission, block: Block) => void,
  range: TaskRange | null = null,
): void {
  const { extent } = e.kernel.axes[loop.axis];
  if (extent === 0) return;
  const choice = e.region === null ? e.choices.get(loop) : undefined;
  if (choice?.kind === 'strips') emitStrips(e, loop, choice, emitBlock, range);
  else if (choice?.kind === 'tiles') emitTiles(e, loop, choice, emitBlock, range);
  else if (extent === 1) withConstant(e, loop, 0, () => emitBlock(e, loop.body));
  else emitCounted(e, loop, { extent, step: 1, range }, () => emitBlock(e, loop.body));
}
