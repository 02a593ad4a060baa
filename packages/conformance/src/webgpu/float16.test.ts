import { describeMatrix } from '../describe-matrix.fixture.ts';
import { gradientSection } from '../sections/gradients.ts';
import { withHalves } from '../sections/halves.ts';
import { sampleSection } from '../sections/samples.ts';
import { describeWithWebGpu, some, webGpuCandidates } from './webgpu.fixture.ts';

// The candidate with default limits stores each float16 in a word, the others in two bytes.
describeWithWebGpu('float16 on WebGPU', () => {
  describeMatrix([withHalves(sampleSection), some(withHalves(gradientSection), 1)], { on: webGpuCandidates });
});
