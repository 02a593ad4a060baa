import type { RoutineAttributes } from '@manabi/compiler';
import { ManabiError } from '@manabi/ir';
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
 * @throws ManabiError `argument` for a name without one
 */
export function emitterOf(name: string): RoutineEmitter {
  const table: Readonly<Record<string, RoutineEmitter>> = emitters;
  if (Object.hasOwn(table, name)) return table[name];
  const known = Object.keys(table);
  throw new ManabiError('argument', `Backend "cpu" has no routine "${name}". Its routines are ${known.join(', ')}.`, {
    op: 'createCpuBackend',
    data: { routine: name, known },
  });
}
