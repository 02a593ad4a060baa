import { ManabiError } from '@manabi/core';
import { onCtrlC } from './ctrl-c.ts';

/** Ways to stop a run from outside: a signal, which rejects it, and Ctrl-C, which ends a training early. */
export interface Interruption {
  /** Signal that fires when the caller's signal or Ctrl-C does. It ends waits for data. */
  readonly signal: AbortSignal;
  /** Whether Ctrl-C was pressed. */
  readonly interrupted: boolean;
  /** Rejects an aborted run. @throws ManabiError `aborted` if the caller's signal fired */
  throwIfAborted(): void;
  /** Stops watching the signal and Ctrl-C. */
  release(): void;
}

/**
 * Watches a signal and, for trainings in Node, Ctrl-C. The first Ctrl-C ends all trainings after the current step, the
 * second ends the program.
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
