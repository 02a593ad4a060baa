import { fusedSection } from '../../sections/fused.ts';
import { describeInWindows } from './windows.fixture.ts';

describeInWindows([fusedSection]);
