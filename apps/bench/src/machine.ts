import { availableParallelism, cpus, loadavg } from 'node:os';

/** One line about the machine: numbers of different machines do not compare. */
export function describeMachine(): string {
  return `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.versions.node}`;
}

/** A warning when other programs use the machine, null when it is quiet (or does not say, as Windows). */
export function describeLoad(): string | null {
  const [lastMinute] = loadavg();
  if (lastMinute < 0.5) return null;
  return `The machine is busy (load ${lastMinute.toFixed(1)}): medians are too high, ratios less wrong.`;
}
