/**
 * What shaders are tuned for: `hardware` for GPUs, or `software` for drivers that run shaders on the CPU. There, few
 * invocations keep the machine busy, and workgroup memory is no faster than other memory.
 */
export type Tuning = 'hardware' | 'software';
