/** Time and timers. Tests of a batcher pass their own. */
export interface Clock {
  /** Returns the time in milliseconds. */
  readonly now: () => number;
  /** Calls a function after a delay in milliseconds. Returns a function that prevents the call. */
  readonly after: (milliseconds: number, call: () => void) => () => void;
}

/** The clock of the machine. */
export const machineClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};
