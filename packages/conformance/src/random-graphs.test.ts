import { describeMatrix } from './describe-matrix.fixture.ts';
import { randomGradientSection, randomSection } from './sections/random-graphs.ts';

describeMatrix([randomSection, randomGradientSection]);
