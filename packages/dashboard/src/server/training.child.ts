// Trains with a dashboard to which a reader stays connected, and prints the status of its page, and its URL afterwards.
import '@manabi/backend-cpu/register';
import { tensor } from '@manabi/core';
import { type CallbackHooks, layers, sequential } from '@manabi/layers';
import { dashboard } from '../callback/index.ts';

const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
model.compile({ optimizer: 'sgd', loss: 'mse' });
const board = dashboard({ file: process.argv[2] });
const read: CallbackHooks = {
  onEpochEnd: async () => {
    const response = await fetch(`${board.url}events`);
    console.log(response.status);
    // Reads until the end of the connection.
    response.text().catch(() => undefined);
  },
};
const x = tensor([[1], [2]]);
await model.fit(x, x, { verbose: 0, callbacks: [board, read] });
console.log(String(board.url));
