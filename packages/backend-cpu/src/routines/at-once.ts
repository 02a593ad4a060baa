import type { Plan } from '@manabi/compiler';
import { basic } from './basic.ts';
import { later as convolutions } from './convolutions.ts';
import type { Emitters } from './emitters.ts';
import { later as further } from './further.ts';

/** All emitters. */
export const emitters: Emitters = { ...basic, ...convolutions, ...further };

/** Returns emitters for the routines of a plan. In pages, `when-needed.ts` takes the place of this module. */
export function emittersFor(_plan: Plan): Partial<Emitters> | Promise<Partial<Emitters>> {
  return emitters;
}
