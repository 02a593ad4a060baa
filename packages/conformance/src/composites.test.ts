import { describeMatrix } from './describe-matrix.fixture.ts';
import { fewerByDay } from './fewer-cases.ts';
import { compositeGradientSection, compositeSecondSection, compositeSection } from './sections/composites.ts';

describeMatrix([compositeSection, compositeGradientSection, fewerByDay(compositeSecondSection, 1)]);
