import { describeMatrix } from './describe-matrix.fixture.ts';
import { networkSection } from './sections/networks.ts';

describeMatrix([networkSection]);
