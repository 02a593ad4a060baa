import type { CallContext } from './context.ts';

let current: CallContext | null = null;

/** Returns the context of the innermost layer call in progress; null outside of layer calls. */
export function currentCall(): CallContext | null {
  return current;
}

/**
 * Runs the `call` method of a layer. Layers that this method calls without passing a context use the same weights, keys
 * and losses.
 */
export function duringCall<T>(context: CallContext, call: () => T): T {
  const before = current;
  current = context;
  try {
    return call();
  } finally {
    current = before;
  }
}
