import { compositeSection } from '../../sections/composites.ts';
import { describeSection } from './matrix.fixture.ts';

describeSection(compositeSection, 1);
