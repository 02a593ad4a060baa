import type { Clock } from './clock.ts';

/** A clock that a test advances. */
export interface FakeClock extends Clock {
  /** Lets time pass, and calls the functions whose time has come, in order. */
  readonly advance: (milliseconds: number) => void;
}

/** Creates a clock that stands still until a test advances it. */
export function fakeClock(): FakeClock {
  let now = 0;
  const timers = new Set<{ readonly at: number; readonly call: () => void }>();
  return {
    now: () => now,
    after: (milliseconds, call) => {
      const timer = { at: now + milliseconds, call };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: (milliseconds) => {
      const end = now + milliseconds;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.call();
      }
      now = end;
    },
  };
}
