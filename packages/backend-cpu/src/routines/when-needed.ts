import type { Plan } from '@manabi/compiler';
import { basic } from './basic.ts';
import { type Emitters, stepsWithin } from './emitters.ts';

// Node loads `at-once.ts` in place of this module; see `imports` in `package.json`.

let emitters: Partial<Emitters> = basic;

/** See `at-once.ts`. The code of routines that only convolutions need is downloaded for the first plan that has them. */
export function emittersFor(plan: Plan): Partial<Emitters> | Promise<Partial<Emitters>> {
  const isThere = stepsWithin(plan).every((step) => step.kind !== 'routine' || Object.hasOwn(emitters, step.name));
  if (isThere) return emitters;
  return import('./convolutions.ts').then(({ convolutions }) => {
    emitters = { ...basic, ...convolutions };
    return emitters;
  });
}
