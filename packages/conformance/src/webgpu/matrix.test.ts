import { describeMatrix } from '../describe-matrix.fixture.ts';
import type { Section } from '../matrix.ts';
import { compositeGradientSection, compositeSection } from '../sections/composites.ts';
import { fusedSection } from '../sections/fused.ts';
import { gradientSection } from '../sections/gradients.ts';
import { largeSection } from '../sections/large.ts';
import { randomSection } from '../sections/random-graphs.ts';
import { sampleSection } from '../sections/samples.ts';
import { describeWithWebGpu, matrixTimeout, some, webGpuCandidates } from './webgpu.fixture.ts';

/** Number of groups into which the gradients of attention are divided, whose shaders some drivers compile slowly. */
const PARTS = process.env.MANABI_WEBGPU === 'all' ? 6 : 1;

/** The section with the gradients of attention. Other composites have no shaders for their gradients. */
const attentionGradients: Section = {
  name: 'gradients of attention',
  groups: compositeGradientSection.groups
    .filter(({ name }) => name === 'attention')
    .flatMap((group) =>
      Array.from({ length: PARTS }, (_, part) => ({
        ...group,
        name: `attention, part ${part + 1}`,
        cases: () => {
          const cases = group.cases();
          return cases.slice((part * cases.length) / PARTS, ((part + 1) * cases.length) / PARTS);
        },
      })),
    ),
};

describeWithWebGpu('the conformance matrix on WebGPU', () => {
  const sections = [
    some(sampleSection, 4),
    some(compositeSection, 1),
    some(gradientSection, 1),
    some(attentionGradients, 1),
    some(fusedSection, 1),
    some(largeSection, 1),
    some(randomSection, 2),
  ];
  describeMatrix(sections, { on: webGpuCandidates, timeout: matrixTimeout });
});
