import { largeSection } from '../../sections/large.ts';
import { describeSection } from './matrix.fixture.ts';

describeSection(largeSection, 1);
