import { fewerByDay } from './cases-by-day.ts';
import { describeMatrix } from './describe-matrix.fixture.ts';
import { fusedSection } from './sections/fused.ts';
import { largeSection } from './sections/large.ts';

describeMatrix([fewerByDay(fusedSection, 8), fewerByDay(largeSection, 4)]);
