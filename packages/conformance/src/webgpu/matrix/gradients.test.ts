import { gradientSection } from '../../sections/gradients.ts';
import { describeSection } from './matrix.fixture.ts';

describeSection(gradientSection, 1);
