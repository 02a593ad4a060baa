let last: Promise<void> | null = null;

/**
 * Runs one piece of work after all that were given before it: what runs sees everything that earlier runs have stored,
 * so that nothing is computed twice because two awaits overlap. Work that finds nothing under way begins at once.
 */
export function exclusive<T>(work: () => T | Promise<T>): T | Promise<T> {
  const run = last === null ? work() : last.then(work);
  if (!(run instanceof Promise)) return run;
  let release = (): void => {};
  const ended = new Promise<void>((resolve) => {
    release = resolve;
  });
  last = ended;
  return thenDo(run, () => {
    if (last === ended) last = null;
    release();
  });
}

/** Whether no work is under way or waiting. */
export function isIdle(): boolean {
  return last === null;
}

/** Nobody else waits for this promise: so an engine can follow the awaits, and errors tell whose line asked for the run. */
async function thenDo<T>(run: Promise<T>, end: () => void): Promise<T> {
  try {
    return await run;
  } finally {
    end();
  }
}
