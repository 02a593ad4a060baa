import { readFileSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import {
  abs,
  add,
  type HostArray,
  hostArray,
  mean,
  mul,
  registerBackend,
  type Shape,
  setBackend,
  square,
  sub,
  type Tensor,
  zeros,
} from '@manabi/core';
import { Layer } from '../layer/layer.ts';
import { clearSession } from '../layer/naming.ts';
import { inputLayer } from '../layers/core/input-layer.ts';
import { meanSquaredError } from '../losses/index.ts';
import { getLoss, type LossIdentifier } from '../losses/table.ts';
import type { MetricState } from '../metrics/metric.ts';
import { getMetric, type MetricIdentifier } from '../metrics/table.ts';
import type { Model } from '../model/model.ts';
import { sequential } from '../model/sequential.ts';
import type { Tensors } from '../structure/nested.ts';

interface GoldenArray {
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly shape: Shape;
  readonly data: readonly (number | boolean)[];
}

interface Pair {
  readonly yTrue: GoldenArray;
  readonly yPred: GoldenArray;
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`../goldens/${name}.json`, import.meta.url), 'utf8'));

/** A layer that returns its input, so that the model's outputs are the predictions in the goldens. */
class Identity extends Layer {
  constructor() {
    super({}, {});
  }

  override call(x: Tensors): Tensor {
    return [x].flat()[0];
  }
}

interface Subject {
  readonly loss: LossIdentifier;
  readonly metrics: readonly MetricIdentifier[];
}

function modelOf({ yPred }: Pair, { loss, metrics }: Subject, jit: boolean): Model {
  const model = sequential([inputLayer({ shape: yPred.shape.slice(1), dtype: yPred.dtype }), new Identity()]);
  model.compile({ loss, metrics, jit });
  return model;
}

const cpu = createCpuBackend();
const { compile } = cpu;
let compiled = 0;
Object.defineProperty(cpu, 'compile', {
  value: (...args: Parameters<typeof compile>) => {
    compiled++;
    return compile.apply(cpu, args);
  },
});

beforeAll(async () => {
  registerBackend('counting', () => cpu);
  await setBackend('counting');
});

/** Returns an array with `count` samples: those of a golden, repeated as often as needed. */
function samplesOf({ dtype, shape, data }: GoldenArray, count: number): HostArray {
  const size = data.length / shape[0];
  const elements = Array.from({ length: count * size }, (_, i) => Number(data[i % data.length]));
  const typed =
    dtype === 'float32'
      ? Float32Array.from(elements)
      : dtype === 'int32'
        ? Int32Array.from(elements)
        : Uint8Array.from(elements);
  return hostArray(dtype, [count, ...shape.slice(1)], typed);
}

/** Evaluates `count` samples in batches of 5, and returns losses and metrics. */
async function evaluated({ yPred, yTrue }: Pair, model: Model, count: number): Promise<Record<string, number>> {
  return model.evaluate(samplesOf(yPred, count), samplesOf(yTrue, count), {
    ...{ verbose: 0, batchSize: 5 },
    sampleWeight: Float32Array.from({ length: count }, (_, i) => 0.5 + (i % 3)),
  });
}

/**
 * Checks that an evaluation whose last batch is padded has the same results as one without padding. Returns whether a
 * last batch of another size needed another compiled plan.
 */
async function compare(pair: Pair, subject: Subject): Promise<boolean> {
  const model = modelOf(pair, subject, true);
  // The last batch has 3 samples in the first evaluation, and 4 in the second.
  await evaluated(pair, model, 13);
  const before = compiled;
  const padded = await evaluated(pair, model, 14);
  const plans = compiled - before;
  const exact = await evaluated(pair, modelOf(pair, subject, false), 14);
  expectClose(padded, exact);
  return plans > 0;
}

/** Losses and metrics for which each batch size needs its own compiled plan, with the reason. */
const exactSizes: readonly { readonly name: RegExp; readonly reason: string }[] = [
  { name: /^(squaredHinge|hinge) /, reason: 'As in Keras, all labels of a batch decide between 0 and -1.' },
  { name: /^(dice|tversky|circle) /, reason: 'The loss depends on the batch as a whole.' },
  { name: /^r2Score /, reason: 'As in Keras, its number of samples includes those of weight 0.' },
];

const isExact = (title: string): boolean => exactSizes.some(({ name }) => name.test(title));

beforeEach(() => clearSession());

/** Fails unless two sets of losses and metrics are equal up to rounding. */
function expectClose(found: Record<string, number>, expected: Record<string, number>): void {
  expect(Object.keys(found)).toEqual(Object.keys(expected));
  for (const [name, value] of Object.entries(expected)) {
    const difference = Math.abs(found[name] - value) / Math.max(1, Math.abs(value));
    if (!Object.is(found[name], value)) expect(difference).toBeLessThan(2e-6);
  }
}

describe('evaluation with a padded last batch', () => {
  const { cases, inputs } = read('losses');
  const seen = new Set<string>();
  const losses: { loss: string; options: object; input: string }[] = cases.filter(
    ({ loss, input }: { loss: string; input: string }) => !seen.has(`${loss} ${input}`) && seen.add(`${loss} ${input}`),
  );

  test.each(losses.map((each) => [`${each.loss} of ${each.input}`, each] as const))(
    'computes the same as without padding for %s',
    async (title, { loss, options, input }) => {
      const subject = { loss: await getLoss({ className: loss, config: options as never }), metrics: [] };
      expect(await compare(inputs[input], subject)).toBe(isExact(title));
    },
  );

  const metricGoldens = read('metrics');
  const metrics: { metric: string; options: object; input: string }[] = metricGoldens.cases;
  test.each(metrics.map((each) => [`${each.metric} ${JSON.stringify(each.options)} of ${each.input}`, each] as const))(
    'computes the same as without padding for %s',
    async (title, { metric, options, input }) => {
      const [pair] = metricGoldens.inputs[input];
      const subject = {
        loss: (_y: Tensor, x: Tensor) => x,
        metrics: [await getMetric({ className: metric, config: options as never })],
      };
      expect(await compare(pair, subject)).toBe(isExact(title));
    },
  );

  const pair: Pair = metricGoldens.inputs.numbers[0];
  const users: Readonly<Record<string, Subject>> = {
    'a loss that is a mean over the batch': { loss: (y, x) => mean(square(sub(y, x))), metrics: [] },
    'a loss that depends on the batch size': {
      loss: (y, x) => mul(mean(abs(sub(y, x)), -1), x.shape[0]),
      metrics: [],
    },
    'a custom loss object that ignores masks': {
      loss: { ...meanSquaredError(), apply: (y: Tensor, x: Tensor) => mean(square(sub(y, x))) },
      metrics: [],
    },
    'a custom metric object that counts samples': {
      loss: 'mse',
      metrics: [
        {
          className: 'Samples',
          name: 'samples',
          config: {},
          direction: null,
          init: () => ({ count: zeros([]) }),
          update: ({ count }: MetricState, _y: Tensor, x: Tensor) => ({ count: add(count, x.shape[0]) }),
          result: ({ count }: MetricState) => count,
        },
      ],
    },
  };
  test.each(Object.entries(users))(
    'compiles another plan for each batch size, and pads nothing, with %s',
    async (_, subject) => {
      expect(await compare(pair, subject)).toBe(true);
    },
  );

  test('computes the same as without padding for custom functions that return a value per sample', async () => {
    const subject: Subject = {
      loss: (y, x) => mean(square(sub(y, x)), -1),
      metrics: [(y, x) => mean(abs(sub(y, x)), -1)],
    };
    expect(await compare(pair, subject)).toBe(false);
  });

  test('computes the same as without padding if the loss of the last sample overflows', async () => {
    const { yTrue, yPred } = pair;
    const x = samplesOf(yPred, 7);
    x.data.fill(1e30, -2);
    for (const jit of [true, false]) {
      const model = modelOf(pair, { loss: 'mse', metrics: ['mse'] }, jit);
      const found = await model.evaluate(x, samplesOf(yTrue, 7), { verbose: 0, batchSize: 4 });
      expect(found).toEqual({ loss: Number.POSITIVE_INFINITY, mse: Number.POSITIVE_INFINITY });
    }
  });

  test('uses the same few compiled plans in testOnBatch and in small evaluations of any size', async () => {
    const model = modelOf(pair, { loss: 'mse', metrics: ['mae'] }, true);
    const plain = modelOf(pair, { loss: 'mse', metrics: ['mae'] }, false);
    const { yTrue, yPred } = pair;
    for (let count = 1; count <= 8; count++) await model.testOnBatch(samplesOf(yPred, count), samplesOf(yTrue, count));
    const before = compiled;
    for (let count = 1; count <= 8; count++) {
      const data = [samplesOf(yPred, count), samplesOf(yTrue, count)] as const;
      const expected = await plain.evaluate(...data, { verbose: 0 });
      expectClose(await model.testOnBatch(...data), expected);
      expectClose(await model.evaluate(...data, { verbose: 0 }), expected);
    }
    // The model without padding runs its operators one by one, which also compiles plans.
    expect(compiled - before).toBeLessThan(60);
    const after = compiled;
    for (let count = 1; count <= 8; count++) await model.testOnBatch(samplesOf(yPred, count), samplesOf(yTrue, count));
    expect(compiled).toBe(after);
  });
});
