import { anyOf, type Kind, kind, listOf, nullable, oneOf, optional, positiveInteger } from '@manabi/errors';
import type { CallbackHooks } from '../listeners/listener.ts';
import { callbackKind } from '../listeners/listener-kind.ts';
import { processOutput } from '../listeners/terminal.ts';
import type { Verbosity } from '../listeners/trained-model.ts';

/** Converts the option `verbose` to a number: `'auto'` prints a bar on terminals, lines elsewhere, and nothing in pages. */
export function verbosity(verbose: Verbosity): 0 | 1 | 2 {
  if (verbose !== 'auto') return verbose;
  const output = processOutput();
  return output === undefined ? 0 : output.isTTY ? 1 : 2;
}

const level = kind('0, 1 or 2', (given): given is 0 | 1 | 2 => given === 0 || given === 1 || given === 2);

/** Validates the option `verbose`. */
export const verbosityKind: Kind<Verbosity> = anyOf(oneOf('auto'), level);

/** Validates the option `callbacks`: a list of callbacks, empty by default. */
export const callbacksKind: Kind<readonly CallbackHooks[]> = optional(listOf(callbackKind), []);

/** Validates the option `batchSize`; null for the default. */
export const batchSizeKind: Kind<number | null> = optional(nullable(positiveInteger), null);

/** Default batch size for data in arrays. */
export const BATCH_SIZE = 32;

/** Validates the number of batches to use; null for all. */
export const stepsKind: Kind<number | null> = optional(nullable(positiveInteger), null);
