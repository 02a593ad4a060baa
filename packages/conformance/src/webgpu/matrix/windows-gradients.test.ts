import { gradientSection } from '../../sections/gradients.ts';
import { describeInWindows } from './windows.fixture.ts';

describeInWindows([gradientSection]);
