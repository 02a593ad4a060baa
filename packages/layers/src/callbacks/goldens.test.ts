import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { hostArray } from '@manabi/core';
import { sgd } from '@manabi/optimizers';
import { assertArraysClose } from '@manabi/testing';
import { clearSession } from '../layer/naming.ts';
import { dense } from '../layers/core/dense.ts';
import type { Model } from '../model/model.ts';
import { sequential } from '../model/sequential.ts';
import { type EarlyStoppingOptions, earlyStopping } from './early-stopping.ts';
import { type ReduceLROnPlateauOptions, reduceLROnPlateau } from './reduce-lr-on-plateau.ts';
import { fileVersionRecord, type ScalarEvent, scalarRecord } from './tensorboard/events.ts';

// Made by tooling/goldens/training/callbacks.py and tensorboard_events.py.

interface Decisions {
  readonly earlyStopping: readonly {
    readonly values: readonly number[];
    readonly options: EarlyStoppingOptions;
    readonly stopped: boolean;
    readonly last: number;
    readonly restored: number;
  }[];
  readonly reduceLROnPlateau: readonly {
    readonly values: readonly number[];
    readonly options: ReduceLROnPlateauOptions;
    readonly rates: readonly number[];
  }[];
}

interface Events {
  readonly version: { readonly wallTime: number; readonly bytes: string };
  readonly scalars: readonly (ScalarEvent & { readonly bytes: string })[];
}

const read = (name: string) => readFileSync(new URL(`../goldens/training/${name}`, import.meta.url), 'utf8');
const decisions: Decisions = JSON.parse(read('callbacks.json'));
const events: Events = JSON.parse(read('events.json'));

/** A model of one weight, whose trainer is there without a training. */
async function tiny(): Promise<Model> {
  const model = sequential([dense({ units: 1, useBias: false, inputShape: [1] })]);
  model.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: 'mse' });
  await model.loadTrainer();
  return model;
}

beforeEach(() => clearSession());

describe('early stopping ends where Keras does, and restores what Keras does', () => {
  test.each(decisions.earlyStopping)('$options: $values', async ({ values, options, stopped, last, restored }) => {
    const model = await tiny();
    const callback = earlyStopping({ ...options, restoreBestWeights: true });
    callback.setModel?.(model);
    callback.onTrainBegin?.();
    let epoch = 0;
    for (; epoch < values.length; epoch++) {
      model.setWeights([hostArray('float32', [1, 1], Float32Array.of(epoch))]);
      await callback.onEpochEnd?.(epoch, { valLoss: values[epoch] });
      if (model.stopTraining) break;
    }
    await callback.onTrainEnd?.({});
    expect([model.stopTraining, Math.min(epoch, values.length - 1)]).toEqual([stopped, last]);
    const [{ data }] = await model.getWeights();
    expect([...data]).toEqual([restored]);
  });
});

describe('the learning rate falls where Keras lets it fall', () => {
  test.each(decisions.reduceLROnPlateau)('$options: $values', async ({ values, options, rates }) => {
    const model = await tiny();
    const callback = reduceLROnPlateau(options);
    callback.setModel?.(model);
    await callback.onTrainBegin?.();
    const found: number[] = [];
    for (const [epoch, value] of values.entries()) {
      await callback.onEpochEnd?.(epoch, { valLoss: value });
      found.push(await model.trainer.learningRate());
    }
    assertArraysClose(found, rates, { rtol: 1e-6 });
  });
});

describe('files of events have the bytes of TensorBoard itself', () => {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

  test('the version that they begin with', () => {
    expect(hex(fileVersionRecord(events.version.wallTime))).toBe(events.version.bytes);
  });

  test.each(events.scalars)('$tag at step $step', ({ bytes, ...event }) => {
    expect(hex(scalarRecord(event))).toBe(bytes);
  });
});
