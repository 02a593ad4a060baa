import type { StepClocks } from '@manabi/ir';
import type { Bound } from './bound.ts';
import type { Commands } from './commands.ts';
import type { Gpu } from './gpu.ts';
import type { readBack } from './read-back.ts';
import type { spanOf } from './span.ts';

/** Parts of the backend that measure. They are passed instead of imported for the reason given for `DraftTools`. */
export interface MeasuringTools {
  readonly gpu: Gpu;
  /** The shader that packs uint8 elements, whose passes show how a clock advances. */
  readonly pack: Bound;
  readonly readBack: typeof readBack;
  readonly spanOf: typeof spanOf;
  readonly newCommands: () => Commands;
  readonly newClocks: () => StepClocks;
}
