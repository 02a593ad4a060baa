import { ManabiError } from '@manabi/core';
import { onCtrlC } from './ctrl-c.ts';

/**
 * Watches for the two ways to stop a training, evaluation or prediction from outside: an `AbortSignal`, which makes it
 * reject, and Ctrl-C, which ends a training early.
 */
export interface Interruption {
  /** Signal that is aborted when the caller's signal is aborted or Ctrl-C is pressed. It ends waiting for data. */
  readonly signal: AbortSignal;
  /** Whether Ctrl-C was pressed. */
  readonly interrupted: boolean;
  /** Ends an aborted `fit`, `evaluate` or `predict`. @throws ManabiError `aborted` if the caller's signal was aborted */
  throwIfAborted(): void;
  /** Stops watching the caller's signal and Ctrl-C. */
  release(): void;
}

/**
 * Watches an `AbortSignal` and, for trainings in Node, Ctrl-C. The first Ctrl-C ends all trainings after their current
 * step, and the second ends the program.
 */
export function watchInterruption(
  op: string,
  given: AbortSignal | undefined,
  { ctrlC }: { readonly ctrlC: boolean },
): Interruption {
  const controller = new AbortController();
  let interrupted = false;
  const abort = (): void => controller.abort(given?.reason);
  if (given?.aborted) abort();
  given?.addEventListener('abort', abort, { once: true });
  const interrupt = (): void => {
    interrupted = true;
    controller.abort();
  };
  const stopWatching = ctrlC ? onCtrlC(interrupt) : (): void => {};
  return {
    signal: controller.signal,
    get interrupted() {
      return interrupted;
    },
    throwIfAborted: () => {
      if (given?.aborted) throw aborted(op, given);
    },
    release: () => {
      given?.removeEventListener('abort', abort);
      stopWatching();
    },
  };
}

function aborted(op: string, { reason }: AbortSignal): ManabiError {
  return new ManabiError('aborted', `${op} was aborted by its signal. The weights are those after the last step.`, {
    op,
    cause: reason,
  });
}
