import { describeMatrix } from '../describe-matrix.fixture.ts';
import { withHalves } from '../sections/halves.ts';
import { sampleSection } from '../sections/samples.ts';
import { describeWithWebGpu, webGpuCandidates } from './webgpu.fixture.ts';

// The first candidate has no features and stores each float16 in a word; the second stores two bytes.
describeWithWebGpu('every sample of float16 on WebGPU', () => {
  describeMatrix([withHalves(sampleSection)], { on: webGpuCandidates });
});
