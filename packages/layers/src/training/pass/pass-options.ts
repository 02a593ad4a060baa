import { anyOf, type Kind, kind, listOf, nullable, oneOf, optional, positiveInteger } from '@manabi/errors';
import type { CallbackHooks } from '../listeners/listener.ts';
import { callbackKind } from '../listeners/listener-kind.ts';
import { isTerminal } from '../listeners/terminal.ts';
import type { Verbosity } from '../listeners/trained-model.ts';

/** What `verbose` comes to here. */
export function verbosity(verbose: Verbosity): 0 | 1 | 2 {
  if (verbose !== 'auto') return verbose;
  return isTerminal() ? 1 : 2;
}

const level = kind('0, 1 or 2', (given): given is 0 | 1 | 2 => given === 0 || given === 1 || given === 2);

/** The kind of `verbose`. */
export const verbosityKind: Kind<Verbosity> = anyOf(oneOf('auto'), level);

/** The kind of lists of callbacks; by default none. */
export const callbacksKind: Kind<readonly CallbackHooks[]> = optional(listOf(callbackKind), []);

/** The kind of numbers of samples in a batch; 32 where there is none. */
export const batchSizeKind: Kind<number | null> = optional(nullable(positiveInteger), null);

/** Samples in a batch, where arrays are given and nothing else is said. */
export const BATCH_SIZE = 32;

/** The kind of numbers of steps; null for as many as there are. */
export const stepsKind: Kind<number | null> = optional(nullable(positiveInteger), null);
