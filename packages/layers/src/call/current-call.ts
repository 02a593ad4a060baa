import type { CallContext } from './context.ts';

let current: CallContext | null = null;

/** The context of the innermost call of a layer that runs now; null outside of calls. */
export function currentCall(): CallContext | null {
  return current;
}

/** Runs the call of a layer, in which layers that are called without a context belong to the same pass. */
export function duringCall<T>(context: CallContext, call: () => T): T {
  const before = current;
  current = context;
  try {
    return call();
  } finally {
    current = before;
  }
}
