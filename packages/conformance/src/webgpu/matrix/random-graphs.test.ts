import { randomSection } from '../../sections/random-graphs.ts';
import { describeSection } from './matrix.fixture.ts';

describeSection(randomSection, 2);
