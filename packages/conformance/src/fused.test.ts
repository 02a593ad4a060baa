import { describeMatrix } from './describe-matrix.fixture.ts';
import { fusedSection } from './sections/fused.ts';
import { largeSection } from './sections/large.ts';

describeMatrix([fusedSection, largeSection]);
