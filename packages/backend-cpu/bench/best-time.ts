const rounds = 20;

/** Measures the best time of one call in milliseconds of processor time, which excludes the time of other programs. */
export function bestTime(run: () => void): number {
  run();
  const start = performance.now();
  run();
  const calls = Math.max(1, Math.round(5 / (performance.now() - start)));
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (let call = 0; call < calls; call++) run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000 / calls);
  }
  return best;
}
