import { describeMatrix } from './describe-matrix.fixture.ts';
import { fewerByDay } from './fewer-cases.ts';
import { gradientSection, secondGradientSection } from './sections/gradients.ts';
import { sampleSection } from './sections/samples.ts';

describeMatrix([sampleSection, gradientSection, fewerByDay(secondGradientSection, 2)], { coversGaps: true });
