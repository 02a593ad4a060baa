import { describeMatrix } from '../../describe-matrix.fixture.ts';
import { withHalves } from '../../sections/halves.ts';
import { sampleSection } from '../../sections/samples.ts';
import { describeWithWebGpu, webGpuCandidates } from '../webgpu.fixture.ts';

// The candidate with default limits stores each float16 in a word, the others in two bytes. In nightly runs, the sections
// with all samples and gradients contain those of float16 in each configuration.
describeWithWebGpu('float16 on WebGPU', () => {
  describeMatrix([withHalves(sampleSection)], { on: webGpuCandidates, alternates: true });
});
