import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';

/** A machine, as result files describe it. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** Memory in GiB. */
  readonly memory: number;
  readonly platform: string;
  readonly node: string;
}

/** Returns the properties of this machine. */
export function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    memory: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()} ${arch()}`,
    node: process.versions.node,
  };
}

/** Describes the machine in one line, since results of different machines are not comparable. */
export function describeMachine(): string {
  const { processor, cores, node } = thisMachine();
  return `${processor}, ${cores} cores, Node ${node}`;
}

/** Returns the load of the last minute, in processes that compute; null if the system does not report it (Windows). */
export function currentLoad(): number | null {
  return platform() === 'win32' ? null : loadavg()[0];
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
