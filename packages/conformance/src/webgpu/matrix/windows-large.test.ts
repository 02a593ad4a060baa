import { largeSection } from '../../sections/large.ts';
import { randomSection } from '../../sections/random-graphs.ts';
import { describeInWindows } from './windows.fixture.ts';

describeInWindows([largeSection, randomSection]);
