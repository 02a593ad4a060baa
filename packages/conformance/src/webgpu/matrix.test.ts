import { describeMatrix } from '../describe-matrix.fixture.ts';
import type { Section } from '../matrix.ts';
import { compositeGradientSection, compositeSection } from '../sections/composites.ts';
import { fusedSection } from '../sections/fused.ts';
import { gradientSection } from '../sections/gradients.ts';
import { largeSection } from '../sections/large.ts';
import { randomSection } from '../sections/random-graphs.ts';
import { sampleSection } from '../sections/samples.ts';
import { describeWithWebGpu, some, webGpuCandidates } from './webgpu.fixture.ts';

const groupOf = (section: Section, name: string): Section => ({
  ...section,
  name: `${section.name} of ${name}`,
  groups: section.groups.filter((group) => group.name === name),
});

describeWithWebGpu('the conformance matrix on WebGPU', () => {
  const sections = [
    some(sampleSection, 4),
    some(compositeSection, 1),
    some(gradientSection, 1),
    // Other composites have no shaders for their gradients.
    some(groupOf(compositeGradientSection, 'attention'), 1),
    some(fusedSection, 1),
    some(largeSection, 1),
    some(randomSection, 2),
  ];
  describeMatrix(sections, { on: webGpuCandidates });
});
