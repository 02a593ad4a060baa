import type { FirstMessage, ModuleMessage } from './helper-source.ts';

/** Sends a message to a helper. Null ends the helper. */
export type Send = (message: FirstMessage | ModuleMessage | null) => void;

/** How a pool starts its helpers, which differs between Node and pages. */
export interface ThreadHost {
  /** Whether helpers start while the calling thread is busy. In pages, they start once it returns to its event loop. */
  readonly startsAtOnce: boolean;
  /**
   * Starts a helper, which must not keep the program running.
   *
   * @param onError called if the helper cannot start, or fails outside of a task
   * @throws Error if the host does not allow helpers
   */
  start(name: string, onError: (error: unknown) => void): Send;
  /** Shows a warning. */
  warn(message: string): void;
}
