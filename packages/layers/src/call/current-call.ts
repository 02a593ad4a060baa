import type { CallContext } from './context.ts';

let current: CallContext | null = null;

/** Returns the context of the innermost layer call that is running; null outside of calls. */
export function currentCall(): CallContext | null {
  return current;
}

/** Runs the `call` of a layer. Layers that it calls without passing a context belong to the same pass. */
export function duringCall<T>(context: CallContext, call: () => T): T {
  const before = current;
  current = context;
  try {
    return call();
  } finally {
    current = before;
  }
}
