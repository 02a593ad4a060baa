import { fewerByDay } from './cases-by-day.ts';
import { describeMatrix } from './describe-matrix.fixture.ts';
import { compositeGradientSection, compositeSecondSection, compositeSection } from './sections/composites.ts';

describeMatrix([compositeSection, compositeGradientSection, fewerByDay(compositeSecondSection, 1)]);
