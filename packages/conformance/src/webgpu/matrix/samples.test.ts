import { sampleSection } from '../../sections/samples.ts';
import { describeSection } from './matrix.fixture.ts';

describeSection(sampleSection, 2);
