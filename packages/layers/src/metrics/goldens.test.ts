import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { jit, type Shape, type Tensor, tensor } from '@manabi/core';
import { assertArraysClose, atLeastOne } from '@manabi/testing';
import { withMask } from '../call/masks.ts';
import type { ClassRow } from '../registry/class-row.ts';
import { type MetricState, mean, sum } from './index.ts';
import { metricRows } from './rows.ts';
import { getMetric, metricTable } from './table.ts';

// Made by tooling/goldens/losses-metrics/metrics.py: Keras in float32, after each of three batches.

interface GoldenArray {
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly shape: Shape;
  readonly data: readonly number[] | readonly boolean[];
}

interface Step {
  readonly sampleWeight: GoldenArray | null;
  readonly mask: GoldenArray | null;
  readonly result: GoldenArray;
}

interface Goldens {
  readonly inputs: { readonly [name: string]: readonly { readonly yTrue: GoldenArray; readonly yPred: GoldenArray }[] };
  readonly values: { readonly [name: string]: readonly GoldenArray[] };
  readonly cases: readonly {
    readonly metric: string;
    readonly options: Readonly<Record<string, unknown>>;
    readonly input: string;
    readonly steps: readonly Step[];
  }[];
  readonly valueCases: readonly {
    readonly metric: 'mean' | 'sum';
    readonly input: string;
    readonly steps: readonly Step[];
  }[];
}

const goldens: Goldens = JSON.parse(readFileSync(new URL('../goldens/metrics.json', import.meta.url), 'utf8'));

const toTensor = ({ dtype, shape, data }: GoldenArray): Tensor => tensor([...data], { dtype, shape });
const toTensorOrNull = (array: GoldenArray | null): Tensor | null => (array === null ? null : toTensor(array));
const extrasOf = ({ sampleWeight, mask }: Step): string =>
  [sampleWeight === null ? [] : `weights [${sampleWeight.shape}]`, mask === null ? [] : `mask [${mask.shape}]`]
    .flat()
    .join(', ');

const CLOSE = { rtol: 1e-5, atol: 1e-6 };

async function check(found: Tensor, expected: GoldenArray, step: number): Promise<void> {
  expect(found.shape).toEqual(expected.shape);
  assertArraysClose(await found.data(), expected.data.map(Number), CLOSE, `results after batch ${step + 1}`);
}

describe('metrics of Keras over three batches', () => {
  const titled = goldens.cases.map((golden) => ({
    ...golden,
    title: JSON.stringify(golden.options),
    extras: extrasOf(golden.steps[0]),
  }));
  it.each(titled)('$metric $title of $input $extras', async ({ metric: className, options, input, steps }) => {
    const metric = await getMetric({ className, config: options });
    const batches = goldens.inputs[input].map(({ yTrue, yPred }) => ({
      yTrue: toTensor(yTrue),
      yPred: toTensor(yPred),
    }));
    let state = metric.init(batches[0].yTrue, batches[0].yPred);
    for (const [i, { yTrue, yPred }] of batches.entries()) {
      const predicted = withMask(yPred, toTensorOrNull(steps[i].mask));
      state = metric.update(state, yTrue, predicted, toTensorOrNull(steps[i].sampleWeight));
      await check(metric.result(state), steps[i].result, i);
    }
  });
});

describe('mean and sum of Keras over three batches', () => {
  const titled = goldens.valueCases.map((golden) => ({ ...golden, extras: extrasOf(golden.steps[0]) }));
  it.each(titled)('$metric of $input $extras', async ({ metric: name, input, steps }) => {
    const metric = { mean, sum }[name]();
    let state = metric.init();
    for (const [i, values] of atLeastOne(goldens.values[input]).entries()) {
      state = metric.update(state, toTensor(values), toTensorOrNull(steps[i].sampleWeight));
      await check(metric.result(state), steps[i].result, i);
    }
  });
});

describe('a jitted step with donated state', () => {
  const plain = goldens.cases.filter(({ steps }) => extrasOf(steps[0]) === '');
  const oneEach = new Map(plain.map((golden) => [golden.metric, golden]));
  it.each([...oneEach.values()])('$metric', async ({ metric: className, options, input, steps }) => {
    const metric = await getMetric({ className, config: options });
    const batches = goldens.inputs[input];
    const types = [toTensor(batches[0].yTrue), toTensor(batches[0].yPred)];
    const step = jit(
      (state: MetricState, yTrue: Tensor, yPred: Tensor) => {
        const next = metric.update(state, yTrue, yPred);
        return { state: next, result: metric.result(next) };
      },
      { donate: [0] },
    );
    let state = metric.init(types[0], types[1]);
    for (const [i, { yTrue, yPred }] of batches.entries()) {
      const next = await step(state, toTensor(yTrue), toTensor(yPred));
      state = next.state;
      await check(next.result, steps[i].result, i);
    }
  });
});

it('every metric of Keras has a golden', () => {
  const tried = new Set(goldens.cases.map(({ metric }) => metricTable.builtIn(metric)?.className));
  const ofKeras = Object.values<ClassRow>(metricRows).filter(({ isOurs }) => isOurs !== true);
  const missing = ofKeras.map(({ className }) => className).filter((name) => !tried.has(name));
  // It holds a function of the user.
  expect(missing).toEqual(['MeanMetricWrapper']);
});
