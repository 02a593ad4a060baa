import { createWebGpuBackend, type WebGpuBackendOptions } from '@manabi/backend-webgpu';
import { describeWhere, webGpuRequirement } from '@manabi/testing';
import type { Candidate } from '../candidates.ts';

const requirement = await webGpuRequirement(() => createWebGpuBackend());

/** Defines tests that need WebGPU. Without it, they are reported as skipped; see `describeWhere`. */
export const describeWithWebGpu = (name: string, tests: () => void): void => describeWhere(requirement, name, tests);

const candidate = (name: string, options: WebGpuBackendOptions): Candidate => ({
  name,
  create: () => createWebGpuBackend(options),
  gaps: [{ dtypes: ['float64'], reason: 'WebGPU has no float64' }],
  special: 'exact',
  bits: 'repeatable',
});

/**
 * The WebGPU backend in three configurations: tuned for GPUs, with the default limits of WebGPU; tuned for drivers that
 * run shaders on the CPU; and without routines. The last two have the limits of the adapter.
 */
export const webGpuCandidates: readonly Candidate[] = [
  candidate('webgpu with default limits', { defaultLimits: true, tuning: 'hardware' }),
  candidate('webgpu for software', { tuning: 'software' }),
  candidate('webgpu without routines', { routines: [], tuning: 'hardware' }),
];

/** Whether to run all cases, which is slow if the driver computes on the CPU; see `npm run nightly`. */
export const runsAll = process.env.MANABI_WEBGPU === 'all';
