import type { Plan } from '@manabi/compiler';
import type { CpuRoutineName } from '../target.ts';
import { basic } from './basic.ts';
import { type Emitters, stepsWithin } from './emitters.ts';

// Node loads `at-once.ts` in place of this module; see `imports` in `package.json`.

/** Downloads a module with emitters. */
type Load = () => Promise<{ readonly later: Partial<Emitters> }>;

let emitters: Partial<Emitters> = basic;

const loadConvolutions: Load = () => import('./convolutions.ts');
// One file for several routines: bundlers divide the code that a further file shares with the backend.
const loadFurther: Load = () => import('./further.ts');

/** Functions that download the emitters of the routines that are not in `basic`. */
const loaders: Readonly<Record<string, Load>> = {
  depthwise: loadConvolutions,
  winograd: loadConvolutions,
  topK: loadFurther,
  matMulInteger: loadFurther,
} satisfies { readonly [K in Exclude<CpuRoutineName, keyof typeof basic>]: Load };

/**
 * See `at-once.ts`. The code of routines that only convolutions, quantized models, or sorting and selection need is downloaded
 * for the first plan that has them.
 */
export function emittersFor(plan: Plan): Partial<Emitters> | Promise<Partial<Emitters>> {
  const names = stepsWithin(plan).flatMap((step) => (step.kind === 'routine' ? [step.name] : []));
  // Unknown names are reported when the plan is compiled.
  const missing = names.filter((name) => !Object.hasOwn(emitters, name) && Object.hasOwn(loaders, name));
  if (missing.length === 0) return emitters;
  return Promise.all(missing.map((name) => loaders[name]())).then((loaded) => {
    for (const { later } of loaded) emitters = { ...emitters, ...later };
    return emitters;
  });
}
