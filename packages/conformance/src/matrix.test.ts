import { fewerByDay } from './cases-by-day.ts';
import { describeMatrix } from './describe-matrix.fixture.ts';
import { gradientSection, secondGradientSection } from './sections/gradients.ts';
import { sampleSection } from './sections/samples.ts';

describeMatrix([sampleSection, gradientSection, fewerByDay(secondGradientSection, 2)], { coversGaps: true });
