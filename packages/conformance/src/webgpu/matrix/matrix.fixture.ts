import { describeMatrix } from '../../describe-matrix.fixture.ts';
import { fewerCases } from '../../fewer-cases.ts';
import type { Section } from '../../matrix.ts';
import { describeWithWebGpu, runsAll, webGpuCandidates } from '../webgpu.fixture.ts';

/** Returns a section with at most `most` evenly spaced cases of each group, or all cases in nightly runs. */
export const some = (section: Section, most: number): Section => (runsAll ? section : fewerCases(section, most));

/**
 * Defines the tests of a section in all configurations of the backend. In nightly runs, every case runs in each of them;
 * otherwise at most `most` cases of each group run, each in one configuration.
 */
export function describeSection(section: Section, most: number): void {
  describeWithWebGpu('the conformance matrix on WebGPU', () => {
    describeMatrix([some(section, most)], { on: webGpuCandidates, alternates: !runsAll });
  });
}
