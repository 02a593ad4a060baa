import { describeMatrix } from './describe-matrix.ts';
import { gradientSection, secondGradientSection } from './sections/gradients.ts';
import { sampleSection } from './sections/samples.ts';

describeMatrix([sampleSection, gradientSection, secondGradientSection], { coversGaps: true });
