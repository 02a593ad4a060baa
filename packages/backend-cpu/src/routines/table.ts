import { type RoutineAttributes, routineNamed } from '@manabi/compiler';
import type { CpuRoutineName } from '../target.ts';
import { emitDot } from './dot/emit-dot.ts';
import type { RoutineEmitter } from './emission.ts';
import { emitTopK } from './top-k/top-k.ts';

/** How the CPU computes each routine that its target names. */
const emitters: { readonly [K in CpuRoutineName]: RoutineEmitter<RoutineAttributes[K]> } = {
  dot: { emit: emitDot },
  topK: { emit: emitTopK },
};

/**
 * Returns the emitter of a routine.
 *
 * @param user what asks for it, as the subject of the error message
 * @throws ManabiError `argument` for a name without one
 */
export function emitterOf(name: string, user: string): RoutineEmitter {
  return routineNamed<RoutineEmitter>(emitters, name, user);
}
