// Trains a convolutional network with a backup and writes the result as JSON. Kills itself at a given batch if requested.
import { writeFileSync } from 'node:fs';
import '@manabi/backend-cpu/register';
import { hostArray } from '@manabi/core';
import { fromTensorSlices } from '@manabi/data';
import { type CallbackHooks, callbacks, layers, sequential, setRandomSeed } from '@manabi/layers';
import { randomSource } from '@manabi/testing';
import { backupAndRestore } from './index.ts';

/** Argument of this program, as JSON. */
export interface Setting {
  readonly backupDir: string;
  /** Path of the file for the result. */
  readonly result: string;
  readonly saveFreq?: 'epoch' | number;
  /** Whether to train on a shuffled dataset instead of arrays. */
  readonly stream?: boolean;
  /** Number of batches after which this process kills itself. */
  readonly killAfter?: number;
  /** Time from the first batch until this process kills itself, in milliseconds. */
  readonly killWithin?: number;
}

const setting: Setting = JSON.parse(process.argv[2]);
setRandomSeed(1);
const random = randomSource(2);
const x = hostArray('float32', [40, 8, 8, 1], random.float32Array(40 * 64));
const y = hostArray('int32', [40], random.int32Array(40, 0, 3));

const model = sequential([
  layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 1] }),
  layers.batchNormalization(),
  layers.maxPooling2d({ poolSize: 2 }),
  layers.flatten(),
  layers.dropout({ rate: 0.4 }),
  layers.dense({ units: 3, activation: 'softmax' }),
]);
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });

let batches = 0;
const kill: CallbackHooks = {
  onSavePoint: ({ epochEnded }) => {
    if (!epochEnded) batches++;
    if (batches === 1 && setting.killWithin !== undefined) {
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), setting.killWithin);
    }
    if (batches === setting.killAfter) process.kill(process.pid, 'SIGKILL');
  },
};
const options = {
  epochs: 4,
  verbose: 0,
  callbacks: [
    callbacks.reduceLROnPlateau({ monitor: 'loss', patience: 0, factor: 0.7, minDelta: 0.2 }),
    backupAndRestore({ backupDir: setting.backupDir, saveFreq: setting.saveFreq }),
    kill,
  ],
} as const;
const { history, epoch } = setting.stream
  ? await model.fit(fromTensorSlices([x, y]).shuffle(40, { seed: 3 }).batch(8).prefetch(2), options)
  : await model.fit(x, y, { ...options, batchSize: 8, validationSplit: 0.2 });

const { optimizer } = model.trainer.state();
const { trainable, state } = model.values();
const records = [trainable, state, ...Object.values(optimizer?.slots ?? {})];
const tensors = records.flatMap((record) => Object.entries(record));
const values: [string, number[]][] = [];
for (const [path, tensor] of tensors) values.push([path, [...(await tensor.data())]]);
const result = { epoch, history, iterations: await model.trainer.iterations(), batches, values };
writeFileSync(setting.result, JSON.stringify(result));
