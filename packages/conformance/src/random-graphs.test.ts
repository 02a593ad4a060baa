import { describeMatrix } from './describe-matrix.ts';
import { randomGradientSection, randomSection } from './sections/random-graphs.ts';

describeMatrix([randomSection, randomGradientSection]);
