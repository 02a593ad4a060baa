let last: Promise<void> | null = null;

/**
 * Runs one piece of work after all that were given before it: what runs sees everything that earlier runs have stored,
 * so that nothing is computed twice because two awaits overlap. Work that finds nothing under way begins at once.
 */
export function exclusive<T>(work: () => T | Promise<T>): T | Promise<T> {
  const run = last === null ? work() : last.then(work);
  if (!(run instanceof Promise)) return run;
  const settled = run.then(ignore, ignore).then(() => {
    if (last === settled) last = null;
  });
  last = settled;
  return run;
}

function ignore(): void {}
