import { availableParallelism, cpus, loadavg } from 'node:os';

/** Describes the machine in one line, since results of different machines are not comparable. */
export function describeMachine(): string {
  return `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.versions.node}`;
}

/**
 * Returns a warning if other programs use the processors; null if they are idle, or if the system does not report its
 * load (Windows).
 */
export function describeLoad(): string | null {
  const [lastMinute] = loadavg();
  if (lastMinute < 0.5) return null;
  return `The machine is busy (load ${lastMinute.toFixed(1)}): medians are too high; ratios are less affected.`;
}
