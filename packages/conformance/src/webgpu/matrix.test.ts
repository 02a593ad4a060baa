import { describeMatrix } from '../describe-matrix.fixture.ts';
import { compositeSection } from '../sections/composites.ts';
import { fusedSection } from '../sections/fused.ts';
import { gradientSection } from '../sections/gradients.ts';
import { largeSection } from '../sections/large.ts';
import { randomSection } from '../sections/random-graphs.ts';
import { sampleSection } from '../sections/samples.ts';
import { describeWithWebGpu, some, webGpuCandidates } from './webgpu.fixture.ts';

describeWithWebGpu('the conformance matrix on WebGPU', () => {
  const sections = [
    some(sampleSection, 4),
    some(compositeSection, 1),
    some(gradientSection, 1),
    some(fusedSection, 1),
    some(largeSection, 1),
    some(randomSection, 2),
  ];
  describeMatrix(sections, { on: webGpuCandidates });
});
