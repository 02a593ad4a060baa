import type { Plan } from '@manabi/compiler';
import { basic } from './basic.ts';
import { type Emitters, stepsWithin } from './emitters.ts';

// Node loads `at-once.ts` in place of this module; see `imports` in `package.json`.

let emitters: Partial<Emitters> = basic;

/**
 * See `at-once.ts`. The code of routines that only convolutions or quantized models need is downloaded for the first plan that
 * has them.
 */
export function emittersFor(plan: Plan): Partial<Emitters> | Promise<Partial<Emitters>> {
  const missing = stepsWithin(plan).flatMap((step) =>
    step.kind !== 'routine' || Object.hasOwn(emitters, step.name) ? [] : [step.name],
  );
  if (missing.length === 0) return emitters;
  return Promise.all(
    missing.map((name) => (name === 'matMulInteger' ? import('./integers.ts') : import('./convolutions.ts'))),
  ).then((loaded) => {
    emitters = loaded.reduce<Partial<Emitters>>((all, { later }) => ({ ...all, ...later }), emitters);
    return emitters;
  });
}
