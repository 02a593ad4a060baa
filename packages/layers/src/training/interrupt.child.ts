// Trains endlessly and sends SIGINT to its own process, like Ctrl-C. A test starts this file as a separate process,
// which the signal may end. With the argument `twice`, it sends two signals before the training can stop.
import '@manabi/backend-cpu/register';
import { layers, sequential } from '../index.ts';

const model = sequential([layers.dense({ units: 1, kernelInitializer: 'zeros', inputShape: [1] })]);
model.compile({ optimizer: 'sgd', loss: 'mse' });
const twice = process.argv[2] === 'twice';
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

let ended = 0;
const history = await model.fit([[1], [1], [1]], [1, 1, 1], {
  batchSize: 1,
  epochs: 1e6,
  verbose: 0,
  callbacks: [
    {
      onBatchEnd: async (batch) => {
        if (batch !== 1) return;
        process.kill(process.pid, 'SIGINT');
        await pause();
        if (twice) process.kill(process.pid, 'SIGINT');
        await pause();
      },
      onTrainEnd: () => {
        ended++;
      },
    },
  ],
});
const [kernel] = await model.getWeights();
console.log(
  JSON.stringify({
    interrupted: history.interrupted,
    epochs: history.epoch,
    moved: kernel.data[0] > 0,
    ended,
    listeners: process.listenerCount('SIGINT'),
  }),
);
