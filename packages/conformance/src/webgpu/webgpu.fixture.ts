import { createWebGpuBackend, type WebGpuBackendOptions } from '@manabi/backend-webgpu';
import { describeWhere, type Requirement } from '@manabi/testing';
import type { Candidate } from '../candidates.ts';
import type { Group, Section } from '../matrix.ts';

/** What tests on WebGPU need, and how to find out whether it is installed. */
const requirement: Requirement = {
  need: 'needs WebGPU: a Vulkan driver (apt-get install mesa-vulkan-drivers) and the package webgpu',
  isMet: await createWebGpuBackend().then(
    () => true,
    () => false,
  ),
  variable: 'MANABI_REQUIRE_WEBGPU',
};

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
 * The WebGPU backend in two configurations: one with routines and the default limits of WebGPU, and one without
 * routines and with the limits of the adapter.
 */
export const webGpuCandidates: readonly Candidate[] = [
  candidate('webgpu with default limits', { defaultLimits: true }),
  candidate('webgpu without routines', { routines: [] }),
];

/** Whether to run all cases, which is slow if the driver computes on the CPU; see `npm run nightly`. */
const runsAll = process.env.MANABI_WEBGPU === 'all';

/** Returns a section with at most `most` evenly spaced cases of each group, or all cases if `MANABI_WEBGPU` is `all`. */
export const some = (section: Section, most: number): Section =>
  runsAll ? section : { ...section, groups: section.groups.map((group) => fewer(group, most)) };

function fewer(group: Group, most: number): Group {
  return {
    ...group,
    cases: () => {
      const cases = group.cases();
      const step = Math.max(1, cases.length / most);
      return cases.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
    },
  };
}
