import { describeMatrix } from './describe-matrix.ts';
import { networkSection } from './sections/networks.ts';

describeMatrix([networkSection]);
