import { type Plan, type RoutineTable, routineTable } from '@manabi/compiler';
import type { Graph } from '@manabi/ir';
import { basic } from './basic.ts';
import { later as convolutions } from './convolutions.ts';
import type { Emitters } from './emitters.ts';
import { descriptions, later as further } from './further.ts';

/** All emitters. */
export const emitters: Emitters = { ...basic, ...convolutions, ...further };

/** Returns emitters for the routines of a plan. In pages, `when-needed.ts` takes the place of this module. */
export function emittersFor(_plan: Plan): Partial<Emitters> | Promise<Partial<Emitters>> {
  return emitters;
}

const table: RoutineTable = { ...routineTable, ...descriptions };

/** Returns descriptions of the routines that may compute a graph, or a promise after which they can be returned. */
export function descriptionsFor(_graph: Graph): RoutineTable | Promise<void> {
  return table;
}
