import { sequential } from 'manabi';
import * as layers from 'manabi/layers';

const model = sequential([layers.dense({ units: 10, inputShape: [784] })]);
model.summary();
