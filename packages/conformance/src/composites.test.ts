import { describeMatrix } from './describe-matrix.fixture.ts';
import { compositeGradientSection, compositeSecondSection, compositeSection } from './sections/composites.ts';

describeMatrix([compositeSection, compositeGradientSection, compositeSecondSection]);
