import { describeMatrix } from '../describe-matrix.fixture.ts';
import { fewerCases } from '../fewer-cases.ts';
import type { Section } from '../matrix.ts';
import { compositeSection } from '../sections/composites.ts';
import { fusedSection } from '../sections/fused.ts';
import { gradientSection } from '../sections/gradients.ts';
import { largeSection } from '../sections/large.ts';
import { randomSection } from '../sections/random-graphs.ts';
import { sampleSection } from '../sections/samples.ts';
import { onnxRuntime } from './onnxruntime.fixture.ts';

/** Whether to run all cases, as `npm run nightly -- onnxruntime` does. Samples are always complete, to find closed gaps. */
const runsAll = process.env.MANABI_ONNXRUNTIME === 'all';
const some = (section: Section, most: number): Section => (runsAll ? section : fewerCases(section, most));

const sections = [
  sampleSection,
  some(compositeSection, 2),
  some(gradientSection, 3),
  some(fusedSection, 2),
  some(largeSection, 1),
  some(randomSection, 20),
];
describeMatrix(sections, { on: [onnxRuntime], coversGaps: true });
