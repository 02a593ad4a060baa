import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callbacks, layers, random, sequential, sum } from 'manabi';

const x = random.normal(random.key(7), [256, 4]);
const y = sum(x, 1, { keepdims: true });
const model = sequential([layers.dense({ units: 1, inputShape: [4] })]);
model.compile({ optimizer: 'adam', loss: 'mse' });

const board = callbacks.dashboard(); // prints the address of the page
await model.fit(x, y, { epochs: 5, validationSplit: 0.1, verbose: 0, callbacks: [board] });

const folder = await mkdtemp(join(tmpdir(), 'board-'));
await board.saveHtml(join(folder, 'training.html')); // one file that shows the same page
await rm(folder, { recursive: true });
