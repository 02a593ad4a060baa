import { type RoutineAttributes, routineNamed } from '@manabi/compiler';
import type { CpuRoutineName } from '../target.ts';
import { emitDepthwise } from './depthwise/emit-depthwise.ts';
import { emitDot } from './dot/emit-dot.ts';
import type { RoutineEmitter } from './emission.ts';
import { emitTopK } from './top-k/top-k.ts';
import { emitWinograd } from './winograd/emit-winograd.ts';

/** Emitters of the routines of the CPU target. */
const emitters: { readonly [K in CpuRoutineName]: RoutineEmitter<RoutineAttributes[K]> } = {
  depthwise: { emit: emitDepthwise },
  dot: { emit: emitDot },
  topK: { emit: emitTopK },
  winograd: { emit: emitWinograd },
};

/**
 * Returns the emitter of a routine.
 *
 * @param user subject of the error message, such as "The plan"
 * @throws ManabiError `argument` for an unknown routine
 */
export function emitterOf(name: string, user: string): RoutineEmitter {
  return routineNamed<RoutineEmitter>(emitters, name, user);
}
