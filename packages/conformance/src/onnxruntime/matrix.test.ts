import { describeMatrix } from '../describe-matrix.fixture.ts';
import { compositeSection } from '../sections/composites.ts';
import { fusedSection } from '../sections/fused.ts';
import { gradientSection } from '../sections/gradients.ts';
import { largeSection } from '../sections/large.ts';
import { randomSection } from '../sections/random-graphs.ts';
import { sampleSection } from '../sections/samples.ts';
import { onnxRuntime } from './onnxruntime.fixture.ts';

const sections = [sampleSection, compositeSection, gradientSection, fusedSection, largeSection, randomSection];
describeMatrix(sections, { on: [onnxRuntime], coversGaps: true });
