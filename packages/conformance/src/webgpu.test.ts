import { createWebGpuBackend } from '@manabi/backend-webgpu';
import { describeMatrix } from './describe-matrix.fixture.ts';
import { samples } from './sections/samples.ts';

describeMatrix([samples], {
  on: [
    {
      name: 'webgpu',
      create: () => createWebGpuBackend(),
      gaps: [{ dtypes: ['float64'], reason: 'WebGPU has no float64' }],
      special: 'exact',
      bits: 'repeatable',
    },
  ],
});
