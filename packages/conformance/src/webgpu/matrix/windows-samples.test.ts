import { compositeSection } from '../../sections/composites.ts';
import { sampleSection } from '../../sections/samples.ts';
import { describeInWindows } from './windows.fixture.ts';

describeInWindows([sampleSection, compositeSection]);
