// Functions run in the page of the browser tests, where the exports are available as the global `board`.
import '@manabi/backend-cpu/register';
import { hostArray } from '@manabi/core';
import { layers, type Model, sequential, setRandomSeed } from '@manabi/layers';
import { type Dashboard, type DashboardOptions, dashboard } from '../callback/index.ts';
import { workerSink, workerSource } from '../records/worker-channel.ts';
import { mountDashboard } from './index.ts';

/** Images of 8 by 8 pixels, of which a quarter is bright, and the index of the quarter. */
export function quarters(count: number) {
  const pixels = new Float32Array(count * 64);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 4);
  labels.forEach((label, i) => {
    for (let y = 0; y < 4; y++) {
      for (let x = 0; x < 4; x++) pixels[i * 64 + (y + 4 * (label >> 1)) * 8 + x + 4 * (label & 1)] = 1 - (i % 7) / 8;
    }
  });
  return { x: hostArray('float32', [count, 8, 8, 1], pixels), y: labels };
}

/** Trains a small network on quarters. */
export async function train(options: DashboardOptions, epochs: number): Promise<Dashboard> {
  setRandomSeed(4);
  const model: Model = sequential([
    layers.conv2d({ filters: 2, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 1] }),
    layers.flatten(),
    layers.dense({ units: 4, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const board = dashboard({
    updateFreq: 2,
    classNames: ['north-west', 'north-east', 'south-west', 'south-east'],
    ...options,
  });
  const { x, y } = quarters(64);
  await model.fit(x, y, { epochs, batchSize: 8, validationSplit: 0.25, verbose: 0, callbacks: [board] });
  return board;
}

/** Trains in the page, twice with the same dashboard. */
export async function trainInPage(): Promise<void> {
  await train({ element: document.body, run: 'first' }, 3);
}

/** Trains in a worker that runs this program, and shows its records in the page. */
export function trainInWorker(): void {
  const worker = new Worker('/page.js');
  mountDashboard(document.body, workerSource(worker), { theme: 'dark' });
}

// In a worker, this program trains at once.
if ('importScripts' in globalThis) {
  train({ sink: workerSink(), run: 'worker', updateFreq: 'batch' }, 2000).catch((error: unknown) => {
    throw error;
  });
}
