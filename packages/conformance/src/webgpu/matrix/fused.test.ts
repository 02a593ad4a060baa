import { fusedSection } from '../../sections/fused.ts';
import { describeSection } from './matrix.fixture.ts';

describeSection(fusedSection, 1);
