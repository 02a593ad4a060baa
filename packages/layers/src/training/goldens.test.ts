import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import '@manabi/backend-cpu/register';
// Loads these files first, because Jest cannot load files in parallel if they import the same modules.
import '../index.ts';
import { hostArray, isTensor } from '@manabi/core';
import { adam, rmsprop, sgd } from '@manabi/optimizers';
import { assertArraysClose } from '@manabi/testing';
import type { TrainingArrays } from '../data/named-arrays.ts';
import { clearSession } from '../layer/naming.ts';
import { dense } from '../layers/core/dense.ts';
import { input } from '../layers/core/input-layer.ts';
import { concatenate } from '../layers/merging/concatenate.ts';
import { batchNormalization } from '../layers/normalization/batch-normalization.ts';
import { model as functional } from '../model/functional.ts';
import type { Model } from '../model/model.ts';
import { sequential } from '../model/sequential.ts';
import { l1, l2 } from '../regularizers/norms.ts';
import type { EvaluateOptions } from './fit/evaluate.ts';
import type { FitOptions } from './fit/fit-options.ts';
import type { CompileOptions } from './objective/compile.ts';

interface GoldenArray {
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

type GoldenArrays = GoldenArray | Readonly<Record<string, GoldenArray>>;

interface Case {
  readonly name: string;
  readonly x: GoldenArrays;
  readonly y: GoldenArrays;
  readonly sampleWeight: GoldenArrays | null;
  readonly validationData: readonly [GoldenArrays, GoldenArrays, GoldenArrays | null] | null;
  readonly before: readonly GoldenArray[];
  readonly after: readonly GoldenArray[];
  readonly epoch: readonly number[];
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly evaluation?: Readonly<Record<string, number>>;
  readonly predictions: readonly GoldenArray[];
}

const { cases }: { cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('../goldens/training/fit.json', import.meta.url), 'utf8'),
);

const one = ({ dtype, shape, data }: GoldenArray) =>
  hostArray(dtype, shape, dtype === 'float32' ? Float32Array.from(data) : Int32Array.from(data));

function arrays(given: GoldenArrays): TrainingArrays {
  if (isGoldenArray(given)) return one(given);
  return Object.fromEntries(Object.entries(given).map(([name, array]) => [name, one(array)]));
}

function isGoldenArray(given: GoldenArrays): given is GoldenArray {
  return 'shape' in given && 'dtype' in given && typeof given.dtype === 'string';
}

/** A training whose results Keras computed with `tooling/goldens/training/fit.py`. */
interface Training {
  readonly build: () => Model;
  readonly compile: CompileOptions;
  readonly fit: FitOptions;
  readonly evaluate?: EvaluateOptions;
}

const classifier: Training = {
  build: () =>
    sequential([dense({ units: 8, activation: 'relu', inputShape: [6] }), dense({ units: 3, activation: 'softmax' })]),
  compile: {
    optimizer: adam({ learningRate: 0.01 }),
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
    weightedMetrics: ['accuracy', 'sparse_categorical_crossentropy'],
  },
  fit: { batchSize: 16, epochs: 4, validationSplit: 0.2 },
  evaluate: { batchSize: 16 },
};

const averaged = (options: CompileOptions): Training => ({
  build: () => sequential([dense({ units: 5, activation: 'relu', inputShape: [4] }), dense({ units: 1 })]),
  compile: { optimizer: adam({ learningRate: 0.02 }), loss: 'mse', ...options },
  fit: { batchSize: 4, epochs: 3 },
});

const trainings: Readonly<Record<string, Training>> = {
  sampleWeight: classifier,
  classWeight: { ...classifier, fit: { ...classifier.fit, classWeight: { 0: 0.5, 2: 2 } } },
  regression: {
    build: () =>
      sequential([
        dense({ units: 7, activation: 'tanh', kernelRegularizer: l2({ l2: 0.01 }), inputShape: [5] }),
        batchNormalization({ momentum: 0.9 }),
        dense({ units: 4, activation: 'relu', trainable: false }),
        dense({ units: 1, biasRegularizer: l1({ l1: 0.02 }) }),
      ]),
    compile: {
      optimizer: sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true, clipnorm: 0.5, weightDecay: 0.001 }),
      loss: 'mse',
      metrics: ['mae'],
    },
    fit: { batchSize: 8, epochs: 5, initialEpoch: 1, validationFreq: 2, validationBatchSize: 4 },
    evaluate: { batchSize: 32 },
  },
  twoOutputs: {
    build: () => {
      const left = input({ shape: [4], name: 'left' });
      const right = input({ shape: [3], name: 'right' });
      const hidden = dense({ units: 6, activation: 'relu' }).apply(concatenate().apply([left, right]));
      const digit = dense({ units: 3, activation: 'softmax', name: 'digit' }).apply(hidden);
      const size = dense({ units: 2, name: 'size' }).apply(hidden);
      return functional({ inputs: [left, right], outputs: [digit, size] });
    },
    compile: {
      optimizer: rmsprop({ learningRate: 0.01 }),
      loss: { digit: 'categoricalCrossentropy', size: 'mse' },
      lossWeights: { digit: 0.7, size: 1.5 },
      metrics: { digit: ['accuracy'], size: ['mae', 'mse'] },
    },
    fit: { batchSize: 6, epochs: 3 },
  },
  average: averaged({ useEma: true, emaMomentum: 0.9 }),
  overwritingAverage: averaged({ useEma: true, emaMomentum: 0.8, emaOverwriteFrequency: 4 }),
  accumulation: averaged({ gradientAccumulationSteps: 3 }),
  accumulationAndAverage: averaged({ gradientAccumulationSteps: 2, useEma: true, emaMomentum: 0.7 }),
};

const close = { atol: 1e-4, rtol: 1e-4 };

beforeEach(() => clearSession());

describe('fit, compared with Keras,', () => {
  test.each(cases)('computes the same losses and metrics in every epoch of training $name', async (golden) => {
    const training = trainings[golden.name];
    const model = training.build();
    model.setWeights(golden.before.map(one));
    model.compile(training.compile);
    const x = arrays(golden.x);
    const y = arrays(golden.y);
    const weights = golden.sampleWeight === null ? {} : { sampleWeight: arrays(golden.sampleWeight) };
    const validation =
      golden.validationData === null
        ? {}
        : {
            validationData: [
              arrays(golden.validationData[0]),
              arrays(golden.validationData[1]),
              golden.validationData[2] === null ? null : arrays(golden.validationData[2]),
            ] as const,
          };
    const { history, epoch } = await model.fit(x, y, {
      ...training.fit,
      ...weights,
      ...validation,
      shuffle: false,
      verbose: 0,
    });
    expect(epoch).toEqual(golden.epoch);
    expect(Object.keys(history).sort()).toEqual(Object.keys(golden.history).sort());
    for (const [name, values] of Object.entries(golden.history)) assertArraysClose(history[name], values, close);
    const after = await model.getWeights();
    after.forEach(({ data }, i) => {
      assertArraysClose(data, golden.after[i].data, close);
    });
    if (golden.evaluation !== undefined) {
      const evaluated = await model.evaluate(x, y, { ...training.evaluate, ...weights, verbose: 0 });
      expect(Object.keys(evaluated).sort()).toEqual(Object.keys(golden.evaluation).sort());
      for (const [name, value] of Object.entries(golden.evaluation)) {
        assertArraysClose([evaluated[name]], [value], close);
      }
    }
    const predictions = await model.predictAll(x, { batchSize: 7 });
    expect(predictions.every(isTensor)).toBe(true);
    for (const [i, prediction] of predictions.entries()) {
      assertArraysClose(await prediction.data(), golden.predictions[i].data, close);
    }
  });
});
