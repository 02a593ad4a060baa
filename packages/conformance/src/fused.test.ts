import { describeMatrix } from './describe-matrix.ts';
import { fusedSection } from './sections/fused.ts';
import { largeSection } from './sections/large.ts';

describeMatrix([fusedSection, largeSection]);
